import { isForm } from './replayable-body.js';

/**
 * Copies what its owner may still change: bytes, form fields, parameters, URLs, dates, and plain objects and arrays of
 * these, at any depth.
 *
 * Returned as they are: what cannot change (text, a `Blob`), what is read once (a stream) and objects of other classes.
 *
 * @param largestCopyBytes - bytes beyond this size are not copied.
 */
export function snapshotOf<T>(value: T, largestCopyBytes = Infinity): T {
  return copyOf(value, largestCopyBytes, new Map()) as T;
}

function copyOf(
  value: unknown,
  largestCopyBytes: number,
  copies: Map<object, unknown>,
): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value))
    return value.byteLength > largestCopyBytes ? value : copyOfView(value);
  if (value instanceof ArrayBuffer)
    return value.byteLength > largestCopyBytes ? value : value.slice(0);
  if (value instanceof URL) return new URL(value);
  if (value instanceof URLSearchParams) return new URLSearchParams(value);
  if (value instanceof Date) return new Date(value);
  if (isForm(value)) return copyOfForm(value);
  return copyOfPlain(value, largestCopyBytes, copies);
}

function copyOfView(view: ArrayBufferView): ArrayBufferView {
  if (Buffer.isBuffer(view)) return Buffer.from(view);
  const { buffer, byteOffset, byteLength } = view;
  const View = view.constructor as new (bytes: object) => ArrayBufferView;
  return new View(buffer.slice(byteOffset, byteOffset + byteLength));
}

/** Its files cannot change. */
function copyOfForm(form: FormData): FormData {
  const Form = form.constructor as new () => FormData;
  const copy = new Form();
  for (const [name, field] of form) copy.append(name, field);
  return copy;
}

/** Copies each object once, so that a cycle stays a cycle. */
function copyOfPlain(
  value: object,
  largestCopyBytes: number,
  copies: Map<object, unknown>,
): unknown {
  const known = copies.get(value);
  if (known !== undefined) return known;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isList = Array.isArray(value);
  if (!isList && prototype !== Object.prototype && prototype !== null)
    return value;
  const copy: object = isList
    ? []
    : (Object.create(prototype as object | null) as object);
  copies.set(value, copy);
  for (const [name, member] of Object.entries(value))
    Object.defineProperty(copy, name, {
      value: copyOf(member, largestCopyBytes, copies),
      configurable: true,
      enumerable: true,
      writable: true,
    });
  return copy;
}
