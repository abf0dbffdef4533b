import { AsyncLocalStorage } from 'node:async_hooks';

/** What a `SlidesApi` is configured with, as far as it is used. */
export interface SlidesConfiguration {
  baseUrl?: unknown;
  authBaseUrl: string;
  accessToken: string;
  appSid: string;
  appKey: string;
}

/** The part of `SlidesApi` that is used. */
export interface SlidesApiLike {
  readonly configuration: SlidesConfiguration;
}

/** A call of an API object, and what that is configured with meanwhile. */
interface ConfiguredCall {
  readonly api: SlidesApiLike;
  readonly configuration: SlidesConfiguration;
}

const calls = new AsyncLocalStorage<ConfiguredCall>();

/** What the app configured each API object with. */
const given = new WeakMap<SlidesApiLike, () => SlidesConfiguration>();

/** The configuration that the app gave to an API object. */
export function givenConfiguration(api: SlidesApiLike): SlidesConfiguration {
  return given.get(api)?.() ?? api.configuration;
}

/**
 * Calls a method of an API object that has, for this call alone, other values in its configuration. The object stays the
 * method's own `this`: it may have private fields.
 */
export function callConfigured<T>(
  api: SlidesApiLike,
  own: Partial<SlidesConfiguration>,
  method: () => T,
): T {
  openConfiguration(api);
  const configuration = Object.create(
    givenConfiguration(api),
    Object.getOwnPropertyDescriptors(own),
  ) as SlidesConfiguration;
  return calls.run({ api, configuration }, method);
}

/** Makes the configuration of an API object that of the call that runs. */
function openConfiguration(api: SlidesApiLike): void {
  if (given.has(api)) return;
  const prototype = Object.getPrototypeOf(api) as object | null;
  let { configuration } = api;
  const isInherited = !Object.hasOwn(api, 'configuration');
  const get = () =>
    isInherited
      ? (Reflect.get(prototype!, 'configuration', api) as SlidesConfiguration)
      : configuration;
  given.set(api, get);
  Object.defineProperty(api, 'configuration', {
    get() {
      const call = calls.getStore();
      return call?.api === api ? call.configuration : get();
    },
    set(value: SlidesConfiguration) {
      configuration = value;
    },
    configurable: true,
    enumerable: !isInherited,
  });
}
