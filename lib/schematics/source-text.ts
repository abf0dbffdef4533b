export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A comma-separated list between brackets: of names, of array elements or of properties. */
export interface BracketedList {
  readonly open: number;
  readonly close: number;
  /** Its items, each with the comments about it; the last may be nothing but comments. */
  readonly items: readonly TextRange[];
}

const PRINT_WIDTH = 80;

/** What may hold brackets and commas that divide nothing. */
const NOT_STRUCTURE = new RegExp(
  [
    /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))/,
    // Strings
    /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/,
    // Regular expressions: a slash where no operator can be
    /\/(?<=[=(,:[!&|?{};]\s*\/)(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\//,
    // Type arguments of a call, no more than a page of them: where there are none, the search for their end is in vain
    /(?<=\w)<[^()]{0,2000}?>(?=\()/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

/**
 * A TypeScript source text that is edited without a compiler, in the layout of prettier.
 *
 * The compiler would be the one of the user's project, and not every version of it hands out a syntax tree.
 */
export class SourceText {
  /** The text, every character at its place, with blanks for comments and `_` for whatever else is no structure. */
  readonly code: string;

  /** What a line is indented by; two blanks where none is. */
  readonly indent: string;

  /** @throws {Error} when the text has template literals within template literals. */
  constructor(readonly text: string) {
    this.code = text.replace(NOT_STRUCTURE, (match, comment?: string) => {
      if (endsWithinPlaceholder(match))
        throw new Error('a template literal is nested in another');
      return match.replace(/[^\n]/g, comment === undefined ? '_' : ' ');
    });
    // Not of a line that begins with a comment.
    const [, indent = '  '] = /^([ \t]+)[^\s*/]/m.exec(text) ?? [];
    this.indent = indent;
  }

  /** The text of a range, without the comments around it. */
  core({ start, end }: TextRange): string {
    return this.text.slice(...trimmed(this.code, start, end));
  }

  /** The list that begins with the bracket at a place; undefined when no bracket closes it. */
  listAt(open: number): BracketedList | undefined {
    const items: TextRange[] = [];
    let depth = 0;
    let from = open + 1;
    for (let at = open; at < this.code.length; at += 1) {
      const character = this.code.charAt(at);
      if ('([{'.includes(character)) depth += 1;
      if (')]}'.includes(character)) depth -= 1;
      if (depth === 0 || (depth === 1 && character === ',')) {
        const [start, end] = trimmed(this.text, from, at);
        if (start < end) items.push({ start, end });
        from = at + 1;
      }
      if (depth === 0) return { open, close: at, items };
    }
    return undefined;
  }

  isOnOneLine({ open, close }: BracketedList): boolean {
    return !this.text.slice(open, close).includes('\n');
  }

  /** The text with a line for each item of a list that is on one line, and for what is added to it. */
  withLines({ open, close, items }: BracketedList, added?: string): string {
    const lines = items.map((range) => {
      const isCode = this.core(range) !== '';
      return `${this.text.slice(range.start, range.end)}${isCode ? ',' : ''}`;
    });
    if (added !== undefined) lines.push(`${added},`);
    return this.#replaced(open + 1, close, this.#lines(open, lines));
  }

  /** The text with one more item at the start of a list that is on several lines. */
  withFirst({ open }: BracketedList, item: string): string {
    const line = this.#lines(open, [`${item},`]).trimEnd();
    return this.#replaced(open + 1, open + 1, line);
  }

  /** The text with one more item at the end of a list; names stay on one line where they fit. */
  withLast(list: BracketedList, item: string): string {
    const { open, close, items } = list;
    if (this.isOnOneLine(list)) {
      const texts = [...items.map((range) => this.core(range)), item];
      const flat = this.#replaced(open + 1, close, ` ${texts.join(', ')} `);
      const width = flat.slice(this.#lineStart(open)).search(/\n|$/);
      const inner = this.text.slice(open + 1, close);
      const isPlain = inner === this.code.slice(open + 1, close);
      return isPlain && !item.includes('\n') && width <= PRINT_WIDTH
        ? flat
        : this.withLines(list, item);
    }
    const last = items.findLast((range) => this.core(range) !== '');
    const end = last ? trimmed(this.code, last.start, last.end)[1] : open + 1;
    const lacksComma = last && !this.code.slice(end, close).includes(',');
    const comments = this.text.slice(end, close).trimEnd();
    return this.#replaced(
      end,
      close,
      `${lacksComma ? ',' : ''}${comments}${this.#lines(open, [`${item},`])}`,
    );
  }

  #replaced(start: number, end: number, by: string): string {
    return `${this.text.slice(0, start)}${by}${this.text.slice(end)}`;
  }

  /** Lines of a list, and the start of the line that closes it. */
  #lines(open: number, lines: readonly string[]): string {
    const line = this.text.slice(this.#lineStart(open));
    const margin = `\n${line.slice(0, line.search(/[^ \t]/))}`;
    const indented = lines.map((one) =>
      `\n${one}`.replaceAll('\n', `${margin}${this.indent}`),
    );
    return `${indented.join('')}${margin}`;
  }

  #lineStart(at: number): number {
    return this.text.lastIndexOf('\n', at) + 1;
  }
}

/** Whether what looks like a template literal is but the start of one, up to where another begins. */
function endsWithinPlaceholder(literal: string): boolean {
  return /^`.*\$\{[^}]*`$/s.test(literal);
}

function trimmed(text: string, start: number, end: number): [number, number] {
  const part = text.slice(start, end);
  const from = start + part.length - part.trimStart().length;
  return [from, Math.max(from, start + part.trimEnd().length)];
}
