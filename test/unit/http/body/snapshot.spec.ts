import { describe, expect, it } from 'vitest';

import { snapshotOf } from '../../../../lib/http/body/snapshot.js';

/** A form of a class of its own, as the formdata-node package has. */
class OtherForm {
  readonly fields: [string, unknown][] = [];
  append(name: string, value: unknown): void {
    this.fields.push([name, value]);
  }
  *[Symbol.iterator]() {
    yield* this.fields;
  }
  get [Symbol.toStringTag]() {
    return 'FormData';
  }
}

function otherForm(): OtherForm {
  const form = new OtherForm();
  form.append('rows', '1');
  return form;
}

describe('A snapshot', () => {
  it.each<[string, () => object, (given: never) => unknown]>([
    ['a Buffer', () => Buffer.from('rows'), (b: Buffer) => b.fill(0)],
    [
      'an array',
      () => new Float64Array([1, 2]),
      (a: Float64Array) => a.fill(0),
    ],
    [
      'a DataView',
      () => new DataView(new Uint8Array([1, 2, 3]).buffer, 1, 1),
      (view: DataView) => view.setUint8(0, 9),
    ],
    [
      'an ArrayBuffer',
      () => new Uint8Array([1]).buffer,
      (bytes: ArrayBuffer) => new Uint8Array(bytes).fill(9),
    ],
    ['a Date', () => new Date(0), (date: Date) => date.setFullYear(2030)],
    [
      'a URL',
      () => new URL('https://api.aspose.cloud/a'),
      (url: URL) => (url.host = 'elsewhere'),
    ],
    [
      'parameters',
      () => new URLSearchParams('page=1'),
      (params: URLSearchParams) => params.set('page', '2'),
    ],
    ['a form', otherForm, (form: OtherForm) => form.append('rows', '2')],
    [
      'plain objects and arrays',
      () => ({ filter: [{ rows: new Uint8Array([1]) }] }),
      (given: { filter: [{ rows: Uint8Array }] }) =>
        given.filter[0].rows.fill(9),
    ],
    [
      'an object without a prototype',
      () => Object.assign(Object.create(null) as { id: number }, { id: 1 }),
      (given: { id: number }) => (given.id = 2),
    ],
  ])('of %s stays as it is', (_, make, spoil) => {
    const given = make();

    const snapshot = snapshotOf(given);
    spoil(given as never);

    expect(snapshot).toStrictEqual(make());
    expect(snapshot).not.toStrictEqual(given);
  });

  it.each([
    'text',
    42,
    null,
    undefined,
    new Blob(['rows']),
    new (class Money {
      cents = 1;
    })(),
  ])('of anything else is the thing itself: %s', (given) => {
    expect(snapshotOf(given)).toBe(given);
  });

  it('of a class of the app keeps its class, whatever its constructor does', () => {
    class Rows extends Uint8Array {
      constructor(rows: number) {
        super(rows * 2);
      }
    }
    class Page extends URLSearchParams {
      override toString(): string {
        return super.toString().replaceAll('+', '%20');
      }
    }
    class Report extends FormData {
      constructor(name: string) {
        super();
        this.append('name', name);
      }
    }
    const rows = new Rows(2).fill(7);

    const taken = snapshotOf([
      rows,
      new Page({ q: 'a b' }),
      new Report('a workbook'),
    ] as const);

    expect(taken[0]).toStrictEqual(rows);
    expect(taken[0]).not.toBe(rows);
    expect(taken[1].toString()).toBe('q=a%20b');
    expect([...taken[2]]).toStrictEqual([['name', 'a workbook']]);
    expect(taken[2]).toBeInstanceOf(Report);
  });

  it('of what is iterated asynchronously is the thing itself', () => {
    const given = {
      async *[Symbol.asyncIterator]() {
        yield 'a workbook';
      },
    };

    expect(snapshotOf(given)).toBe(given);
  });

  it('of an object that holds itself does so, too', () => {
    const given: { self?: unknown; id: number } = { id: 1 };
    given.self = given;

    const snapshot = snapshotOf(given);

    expect(snapshot).not.toBe(given);
    expect(snapshot.self).toBe(snapshot);
  });

  it('of a member named __proto__ is a member', () => {
    const given: unknown = JSON.parse('{"__proto__":{"id":1}}');

    expect(Object.keys(snapshotOf(given) as object)).toStrictEqual([
      '__proto__',
    ]);
  });

  it('leaves out bytes beyond a size', () => {
    const [small, large] = [new Uint8Array(8), new Uint8Array(9)];
    const buffer = new ArrayBuffer(9);

    const [first, second, third] = snapshotOf([small, large, buffer], 8);

    expect(first).not.toBe(small);
    expect(second).toBe(large);
    expect(third).toBe(buffer);
  });
});
