// Draws the day of a fleet: token requests in each quarter of an hour, and what went wrong meanwhile.
const WIDTH = 960;
const LEFT = 48;
const TOP = 40;
const HEIGHT = 200;
const BOTTOM = 168;
const QUARTERS = 96;

/** Returns an SVG that can be read on white and on black. */
export function drawDay({ processes, stretches, requests }) {
  const bars = Array.from({ length: QUARTERS }, () => ({
    granted: 0,
    refused: 0,
  }));
  for (const { at, isRefused } of requests)
    bars[Math.min(QUARTERS - 1, Math.floor(at * 4))][
      isRefused ? 'refused' : 'granted'
    ] += 1;
  const most = Math.max(4, ...bars.map((bar) => bar.granted + bar.refused));
  const x = (hours) => LEFT + (hours / 24) * (WIDTH - LEFT - 16);
  const h = (count) => (count / most) * HEIGHT;
  const floor = TOP + HEIGHT;
  const width = x(0.25) - x(0) - 1;
  const bar = ({ granted, refused }, index) =>
    rect('granted', x(index / 4), floor - h(granted), width, h(granted)) +
    rect(
      'refused',
      x(index / 4),
      floor - h(granted + refused),
      width,
      h(refused),
    );
  const happenings = stretches.filter(({ name }) => name !== '');
  const band = ({ name, from, to }) =>
    rect('band', x(from), TOP, Math.max(2, x(to) - x(from)), HEIGHT) +
    `<text class="what" transform="translate(${x(from).toFixed(1)} ${floor + 34}) rotate(35)">${name}</text>`;
  const hours = Array.from({ length: 9 }, (_, index) => index * 3);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${TOP + HEIGHT + BOTTOM}" role="img" aria-labelledby="title">
<title id="title">Token requests of ${processes} processes in a day, per quarter of an hour: ${requests.length} in all</title>
<style>
text { font: 12px system-ui, sans-serif; fill: #57606a }
.what { font-size: 11px }
.granted { fill: #2da44e }
.refused { fill: #cf222e }
.band { fill: #8c959f; fill-opacity: .22 }
line { stroke: #8c959f }
@media (prefers-color-scheme: dark) { text { fill: #9da7b3 } .granted { fill: #3fb950 } .refused { fill: #f85149 } }
</style>
<text x="${LEFT}" y="20">${processes.toLocaleString('en')} processes, one store: token requests per quarter of an hour, ${requests.length} in all (red: none that brought a token because it was refused)</text>
<text x="8" y="${TOP + 8}">${most}</text><text x="8" y="${floor}">0</text>
${happenings.map(band).join('\n')}
${bars.map(bar).join('\n')}
<line x1="${LEFT}" x2="${WIDTH - 16}" y1="${floor}" y2="${floor}"/>
${hours.map((hour) => `<text x="${x(hour).toFixed(1)}" y="${floor + 16}" text-anchor="middle">${hour}:00</text>`).join('\n')}
</svg>
`;
}

function rect(kind, x, y, width, height) {
  return height > 0
    ? `<rect class="${kind}" x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}"/>`
    : '';
}
