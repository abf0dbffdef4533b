import { onTestFinished } from 'vitest';

/** A message of a console's stream. */
export interface ConsoleMessage {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** A page's view of the console: its stream, until the test ends. */
export interface ConsoleStream {
  readonly headers: Headers;
  /** What has come, oldest first. */
  readonly messages: readonly ConsoleMessage[];
  /** The stream as it came. */
  readonly text: string;
  /** Settles when the server has ended the stream. */
  readonly ended: Promise<void>;
  /** The newest state of a client. */
  stateOf(client?: string): Record<string, unknown> | undefined;
  /** Closes it, as a page that is left. */
  close(): void;
}

/** Opens the stream of a console. */
export async function openConsole(
  url: string,
  path = 'aspose-console',
  init: RequestInit = {},
): Promise<ConsoleStream> {
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const response = await fetch(`${url}/${path}/events`, {
    ...init,
    signal: leaving.signal,
  });
  if (response.status !== 200 || response.body === null)
    throw new Error(`No stream: ${response.status} ${await response.text()}`);
  let text = '';
  const decoder = new TextDecoder();
  const read = async (body: AsyncIterable<Uint8Array>) => {
    for await (const chunk of body)
      text += decoder.decode(chunk, { stream: true });
  };
  const ended = read(response.body);
  ended.catch(() => {});
  const messages = () =>
    text
      .split('\n\n')
      .slice(0, -1)
      .filter((message) => message.startsWith('event: '))
      .map(parsed);
  return {
    headers: response.headers,
    get messages() {
      return messages();
    },
    get text() {
      return text;
    },
    ended,
    stateOf: (client = 'default') =>
      messages().findLast(({ data }) => data['client'] === client)?.data,
    close: () => leaving.abort(),
  };
}

function parsed(message: string): ConsoleMessage {
  const [event = '', data = ''] = message.split('\n');
  return {
    event: event.slice('event: '.length),
    data: JSON.parse(data.slice('data: '.length)) as Record<string, unknown>,
  };
}
