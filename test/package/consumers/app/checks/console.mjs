// The console of the app: its page, and what that hears.
import assert from 'node:assert/strict';

/** Opens the console, and leaves its stream open: the app must end nevertheless. */
export async function assertConsole(url) {
  const page = await fetch(`${url}/aspose-console`);
  assert.equal(page.status, 200);
  assert.match(
    page.headers.get('content-security-policy'),
    /^default-src 'none'/,
  );
  assert.match(await page.text(), /^<!doctype html>/);

  const stream = await fetch(`${url}/aspose-console/events`);
  assert.equal(stream.status, 200);
  const reader = stream.body.pipeThrough(new TextDecoderStream()).getReader();
  let heard = '';
  while (!heard.includes('"headline":"Serving"')) {
    const { value, done } = await reader.read();
    assert.ok(!done, `The console ended after ${heard}`);
    heard += value;
  }
  assert.match(heard, /event: client\ndata: \{"client":"default"/);
}
