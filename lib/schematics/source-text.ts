/** A comma-separated list between brackets: of names, of array elements or of properties. */
export interface BracketedList {
  readonly open: number;
  readonly close: number;
  readonly items: readonly TextRange[];
}

export interface TextRange {
  readonly start: number;
  readonly end: number;
}

const PRINT_WIDTH = 80;

const NOT_CODE =
  /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`|(?<=[=(,:[!&|?{};]\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\//g;

/**
 * A TypeScript source text that is edited without a compiler, in the layout of prettier.
 *
 * The compiler is the user's own, and not every version of it can be asked for a syntax tree.
 */
export class SourceText {
  /** As long as the text, every character at its place; comments are blanks, strings and regular expressions `_`. */
  readonly code: string;

  constructor(readonly text: string) {
    this.code = text.replace(NOT_CODE, (match, comment?: string) =>
      match.replace(/[^\n]/g, comment === undefined ? '_' : ' '),
    );
  }

  /** The part of the text in a range. */
  slice({ start, end }: TextRange): string {
    return this.text.slice(start, end);
  }

  /** The list that begins with the bracket at a place; undefined when no bracket closes it. */
  listAt(open: number): BracketedList | undefined {
    const items: TextRange[] = [];
    let depth = 0;
    let start = open + 1;
    for (let at = open; at < this.code.length; at += 1) {
      const character = this.code.charAt(at);
      if ('([{'.includes(character)) depth += 1;
      if (')]}'.includes(character)) depth -= 1;
      if (depth === 0 || (depth === 1 && character === ',')) {
        const item = this.#trimmed({ start, end: at });
        if (item.start < item.end) items.push(item);
        start = at + 1;
      }
      if (depth === 0) return { open, close: at, items };
    }
    return undefined;
  }

  isOnOneLine({ open, close }: BracketedList): boolean {
    return !this.text.slice(open, close).includes('\n');
  }

  /** The text with a line for each of these items in place of a list on one line. */
  withLines(
    { open, close, items }: BracketedList,
    texts = items.map((item) => this.slice(item)),
  ): string {
    const lines = texts.map((text) => this.#itemLine(open, text));
    return `${this.text.slice(0, open + 1)}${lines.join('')}\n${this.#margin(open)}${this.text.slice(close)}`;
  }

  /** The text with one more item at the start of a list on several lines. */
  withFirst({ open }: BracketedList, item: string): string {
    return `${this.text.slice(0, open + 1)}${this.#itemLine(open, item)}${this.text.slice(open + 1)}`;
  }

  /** The text with one more item at the end of a list; a list of names stays on one line if it fits. */
  withLast(list: BracketedList, item: string): string {
    const { open, close, items } = list;
    if (this.isOnOneLine(list)) {
      const texts = [...items.map((range) => this.slice(range)), item];
      const flat = `${this.text.slice(0, open + 1)} ${texts.join(', ')} ${this.text.slice(close)}`;
      const line = flat.slice(this.#lineStart(open)).split('\n', 1)[0] ?? '';
      return item.includes('\n') || line.length > PRINT_WIDTH
        ? this.withLines(list, texts)
        : flat;
    }
    const end = items.at(-1)?.end;
    const isOpen =
      end !== undefined && !this.code.slice(end, close).includes(',');
    const commentsFrom = end ?? open + 1;
    const comments = this.text.slice(commentsFrom, close).trimEnd();
    return `${this.text.slice(0, commentsFrom)}${isOpen ? ',' : ''}${comments}${this.#itemLine(open, item)}\n${this.#margin(open)}${this.text.slice(close)}`;
  }

  #itemLine(open: number, item: string): string {
    const margin = `\n${this.#margin(open)}  `;
    return `${margin}${item.replaceAll('\n', margin)},`;
  }

  #margin(at: number): string {
    return /^[ \t]*/.exec(this.text.slice(this.#lineStart(at)))?.[0] ?? '';
  }

  #lineStart(at: number): number {
    return this.text.lastIndexOf('\n', at) + 1;
  }

  #trimmed({ start, end }: TextRange): TextRange {
    const code = this.code.slice(start, end);
    return {
      start: start + code.length - code.trimStart().length,
      end: start + code.trimEnd().length,
    };
  }
}
