// From results to Markdown; pure.

/**
 * @param results one of each scenario with each peer: `{ peer, scenario, … }`
 * @param scenarios by their ids: title and figures
 */
export function report({
  results,
  scenarios,
  machine,
  isQuick,
  date,
  minutes,
}) {
  const peers = distinctPeers(results);
  const footnotes = new Footnotes();
  const rows = Object.entries(scenarios).flatMap(([id, { title, figures }]) =>
    figures.map((figure) => [
      `${title}: ${figureName(figure)}`,
      figure.atMost === undefined ? '' : `≤ ${figure.atMost}`,
      ...peers.map(({ peer }) => {
        const result = results.find(
          (one) => one.peer === peer && one.scenario === id,
        );
        return cell(result, figure, footnotes);
      }),
    ]),
  );
  return `${[
    '# Results',
    introduction(machine, isQuick, date, minutes),
    table([['', 'target', ...peers.map(({ name }) => name)], ...rows]),
    '✗: over the target, be it by less than is printed. n/a: does not apply. died: the process ended, or had to be ended.',
    footnotes.list(),
    '## Versions',
    table([
      ['', 'version', 'replaces its token'],
      ...peers.map(({ name, package: from, version, refreshes }) => [
        name === from ? name : `${name} (${from})`,
        version,
        refreshes,
      ]),
    ]),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

function distinctPeers(results) {
  const byId = new Map();
  for (const result of results)
    if (!byId.has(result.peer)) byId.set(result.peer, result);
  return [...byId.values()];
}

function introduction(machine, isQuick, date, minutes) {
  const {
    cpu,
    memory,
    system,
    node,
    nest,
    load,
    wallClockNs,
    monotonicClockNs,
  } = machine;
  return [
    `Of one ${isQuick ? 'quick ' : ''}run of ${minutes} minutes on ${date}. What each row means is in [README.md](README.md). The fleet, a day of 1,000 processes among it, is in [FLEET.md](FLEET.md), the gateway in [GATEWAY.md](GATEWAY.md).`,
    '',
    `Machine: ${cpu}, ${memory}, ${system}, Node ${node}, NestJS ${nest}, with a load of ${load} when the run began. A read of the wall clock took ${wallClockNs} ns, one of the monotonic clock ${monotonicClockNs} ns.`,
  ].join('\n');
}

function figureName({ name, unit }) {
  return unit === undefined ? name : `${name} (${unit})`;
}

function cell(result, { key, digits, atMost }, footnotes) {
  if (result === undefined) return '';
  const { cannot, died, figures, notes = [] } = result;
  if (cannot !== undefined) return `n/a ${footnotes.mark(cannot)}`;
  if (died !== undefined) return `died ${footnotes.mark(died)}`;
  const value = figures[key];
  if (value === undefined) return '–';
  const marks = notes.map((note) => footnotes.mark(note));
  return [
    rounded(value, digits),
    ...(value > atMost ? ['✗'] : []),
    ...marks,
  ].join(' ');
}

function rounded(value, digits) {
  return value.toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

class Footnotes {
  #texts = [];

  mark(text) {
    if (!this.#texts.includes(text)) this.#texts.push(text);
    return `[${this.#texts.indexOf(text) + 1}]`;
  }

  list() {
    return this.#texts
      .map((text, index) => `${index + 1}. ${escaped(text)}`)
      .join('\n');
  }
}

/** A table the way prettier prints it. */
function table(rows) {
  const widths = rows[0].map((_, column) =>
    Math.max(3, ...rows.map((row) => [...escaped(row[column])].length)),
  );
  const line = (cells) =>
    `| ${cells.map((text, column) => pad(escaped(text), widths[column])).join(' | ')} |`;
  const [head, ...body] = rows;
  return [
    line(head),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...body.map(line),
  ].join('\n');
}

function pad(text, width) {
  return text + ' '.repeat(width - [...text].length);
}

function escaped(text) {
  return text.replaceAll('|', String.raw`\|`);
}
