import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** What is posted: text of a type. */
export interface Posted {
  readonly type: string;
  readonly body: string;
}

/** A way to post at little cost to the processor, over connections that stay open. */
export function poster(): (
  url: string,
  posted: Posted,
  headers?: Record<string, string>,
) => Promise<{ status: number; body: string }> {
  const agent = new Agent({ keepAlive: true });
  return (url, { type, body }, headers = {}) =>
    new Promise((resolve, reject) => {
      request(url, {
        agent,
        method: 'POST',
        headers: {
          ...headers,
          'content-type': type,
          'content-length': Buffer.byteLength(body),
        },
      })
        .on('error', reject)
        .on('response', (response) => {
          const status = Number(response.statusCode);
          text(response).then((body) => resolve({ status, body }), reject);
        })
        .end(body);
    });
}

export function json(content: object): Posted {
  return { type: 'application/json', body: JSON.stringify(content) };
}

/** A form with one file. */
export function form(content: string): Posted {
  const lines = [
    '--cut',
    'Content-Disposition: form-data; name="file"; filename="a.xlsx"',
    'Content-Type: application/octet-stream',
    '',
    content,
    '--cut--',
    '',
  ];
  return {
    type: 'multipart/form-data; boundary=cut',
    body: lines.join('\r\n'),
  };
}
