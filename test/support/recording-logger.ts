import type { LoggerService } from '@nestjs/common';
import { inspect } from 'node:util';

/** A line that an app logged. */
export interface LoggedLine {
  readonly level: 'log' | 'error' | 'warn' | 'debug' | 'verbose' | 'fatal';
  readonly message: string;
  /** Everything that was passed to the logger, printed. */
  readonly all: string;
  /** Who logged it: the last argument, where that is a name. */
  readonly context: string;
}

/** Keeps what an app logs. */
export class RecordingLogger implements LoggerService {
  readonly lines: LoggedLine[] = [];

  /** The lines of this package alone. */
  get own(): string[] {
    return this.lines
      .filter(({ context }) => context === 'AsposeAuth')
      .map(({ level, message }) => `${level}: ${message}`);
  }

  log = this.#recorder('log');
  error = this.#recorder('error');
  warn = this.#recorder('warn');
  debug = this.#recorder('debug');
  verbose = this.#recorder('verbose');
  fatal = this.#recorder('fatal');

  #recorder(level: LoggedLine['level']) {
    return (message: unknown, ...rest: unknown[]): void => {
      const context = rest.at(-1);
      this.lines.push({
        level,
        message: typeof message === 'string' ? message : inspect(message),
        all: [message, ...rest]
          .map((part) => inspect(part, { depth: Infinity }))
          .join(' '),
        context: typeof context === 'string' ? context : '',
      });
    };
  }
}
