/** Where the console is served: the default of the option `path`. */
export const DEFAULT_CONSOLE_PATH = 'aspose-console';

/** Where its page gets the news, below the page's own path. */
export const STREAM = 'events';
