import { isForm, isPlain } from './replayable-body.js';

/**
 * Copies what its owner may still change: bytes, form fields, parameters, URLs, dates, and plain objects and arrays of
 * these, at any depth.
 *
 * Returned as they are: what cannot change (text, a `Blob`), what is read once (a stream) and objects of other classes.
 *
 * @param copyLimitBytes - bytes beyond this size are not copied.
 */
export function snapshotOf<T>(value: T, copyLimitBytes = Infinity): T {
  return deepCopy(value, isPlain, (other) => copyOf(other, copyLimitBytes));
}

/**
 * Copies a value at any depth; each object once, so that a cycle stays a cycle.
 *
 * @param isData - tells whether all there is to an object is in its own fields, which are copied in turn.
 * @param copyOfOther - returns what stands for any other object in the copy.
 */
export function deepCopy<T>(
  value: T,
  isData: (value: object) => boolean,
  copyOfOther: (value: object) => object,
  copies = new Map<object, object>(),
): T {
  if (typeof value !== 'object' || value === null) return value;
  const known = copies.get(value);
  if (known !== undefined) return known as T;
  const copy = isData(value) ? emptyLike(value) : copyOfOther(value);
  copies.set(value, copy);
  if (isData(value))
    for (const [name, member] of Object.entries(value))
      Object.defineProperty(copy, name, {
        value: deepCopy(member as unknown, isData, copyOfOther, copies),
        configurable: true,
        enumerable: true,
        writable: true,
      });
  return copy as T;
}

function emptyLike(value: object): object {
  return Array.isArray(value)
    ? []
    : (Object.create(Object.getPrototypeOf(value) as object | null) as object);
}

function copyOf(value: object, copyLimitBytes: number): object {
  if (ArrayBuffer.isView(value))
    return value.byteLength > copyLimitBytes ? value : copyOfView(value);
  if (value instanceof ArrayBuffer)
    return value.byteLength > copyLimitBytes ? value : value.slice(0);
  if (value instanceof URL) return alike(value, new URL(value));
  if (value instanceof URLSearchParams)
    return alike(value, new URLSearchParams([...value]));
  if (value instanceof Date) return alike(value, new Date(value.getTime()));
  return isForm(value) ? copyOfForm(value) : value;
}

/** A copy of the same class, whose constructor may do anything. */
function alike<T extends object>(original: object, copy: T): T {
  const prototype: unknown = Object.getPrototypeOf(original);
  return Object.getPrototypeOf(copy) === prototype
    ? copy
    : (Object.setPrototypeOf(copy, prototype as object | null) as T);
}

function copyOfView(view: ArrayBufferView): ArrayBufferView {
  if (Buffer.isBuffer(view)) return Buffer.from(view);
  const { buffer, byteOffset, byteLength } = view;
  const bytes = buffer.slice(byteOffset, byteOffset + byteLength);
  if (view instanceof DataView) return alike(view, new DataView(bytes));
  const { [Symbol.toStringTag]: kind } = view as Uint8Array;
  const TypedArray: unknown = Reflect.get(globalThis, kind);
  return alike(view, new (TypedArray as typeof Uint8Array)(bytes));
}

/** Its files cannot change. */
function copyOfForm(form: FormData): FormData {
  const Form =
    form instanceof FormData
      ? FormData
      : (form as { constructor: new () => FormData }).constructor;
  const copy = new Form();
  for (const [name, field] of form) copy.append(name, field);
  return alike(form, copy);
}
