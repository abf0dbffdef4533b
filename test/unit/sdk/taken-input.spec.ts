import { Readable } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { takeInput } from '../../../lib/sdk/taken-input.js';

/** As the SDKs' models are. */
class Model {
  name?: string;
  parts?: Model[];
  bytes?: Buffer;

  constructor(init: Partial<Model>) {
    Object.assign(this, init);
  }

  describe() {
    return `a model named ${this.name}`;
  }
}

class Secretive {
  readonly #name = 'hidden';

  get name() {
    return this.#name;
  }
}

class Money {
  toJSON() {
    return '1 EUR';
  }
}

const untouched = (stream: Readable) => stream;
const taken = <T>(input: T) => takeInput(input, untouched).input;

describe('What is handed to an SDK', () => {
  it('is copied, at any depth', () => {
    const bytes = Buffer.from('abc');
    const input = [{ file: { value: bytes, options: { filename: 'a' } } }];

    const copy = taken(input);
    bytes.fill('x');
    input[0]!.file.options.filename = 'b';

    expect(copy).toStrictEqual([
      { file: { value: Buffer.from('abc'), options: { filename: 'a' } } },
    ]);
  });

  it('is copied where it is a model, and stays one', () => {
    const model = new Model({
      name: 'one',
      parts: [new Model({ name: 'two', bytes: Buffer.from('abc') })],
    });

    const copy = taken(model);
    model.name = 'changed';
    model.parts![0]!.bytes!.fill('x');
    model.parts!.length = 0;

    expect(copy).toStrictEqual(
      new Model({
        name: 'one',
        parts: [new Model({ name: 'two', bytes: Buffer.from('abc') })],
      }),
    );
    expect(copy.describe()).toBe('a model named one');
  });

  it.each<[string, object]>([
    ['with private fields', new Secretive()],
    ['that say by themselves what they are as JSON', new Money()],
    ['of the platform', new Map()],
    ['that cannot change', new Blob(['abc'])],
  ])('is left alone where it is of objects %s', (_, object) => {
    expect(taken({ object }).object).toBe(object);
  });

  it('is text where it is a URL, whoever changes it', () => {
    const url = new URL('https://api.aspose.cloud/here');

    const copy = taken({ url });
    url.host = 'elsewhere.example';

    expect(copy.url.href).toBe('https://api.aspose.cloud/here');
  });

  it.each([undefined, null, 'text', 42, true])(
    'is itself where it cannot change: %s',
    (value) => {
      expect(taken(value)).toBe(value);
    },
  );

  it('holds itself as it did', () => {
    const input: unknown[] = [];
    input.push(input, Object.create(null));

    const copy = taken(input);

    expect(copy).not.toBe(input);
    expect(copy[0]).toBe(copy);
  });

  it('has its streams taken over, each once, and let go together', () => {
    const stream = Readable.from(['']);
    const replacements: Readable[] = [];

    const { input, letGo } = takeInput([stream, { value: stream }], () => {
      const replacement = Readable.from(['']);
      replacements.push(replacement);
      return replacement;
    });

    expect(replacements).toHaveLength(1);
    expect(input).toStrictEqual([replacements[0], { value: replacements[0] }]);
    letGo();
    expect(replacements[0]?.destroyed).toBe(true);
    expect(stream.destroyed).toBe(false);
  });
});
