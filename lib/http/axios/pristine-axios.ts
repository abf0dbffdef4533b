import { axiosOfNest } from './axios-copies.js';

/** The only defaults taken from the process-wide axios: how it reaches the network. They do not identify the caller. */
const SHARED =
  'timeout timeoutErrorMessage httpAgent httpsAgent proxy transitional'.split(
    ' ',
  );

/** The rest, as axios comes: what an app sets for all of axios is meant for other APIs. */
const PRISTINE = {
  adapter: 'http',
  headers: pristineHeaders(),
  transformRequest: ownTransforms('transformRequest'),
  transformResponse: ownTransforms('transformResponse'),
  maxContentLength: -1,
  maxBodyLength: -1,
  validateStatus: (status: number) => status >= 200 && status < 300,
};

/** Makes an axios instance without anything that an app sets for all of axios to identify itself. */
export function pristineAxios(settings: object): typeof axiosOfNest {
  const bare = axiosOfNest.create();
  for (const name of Object.keys(bare.defaults))
    if (!SHARED.includes(name)) Reflect.deleteProperty(bare.defaults, name);
  Object.assign(bare.defaults, PRISTINE);
  // Copies what it is given, so that no two instances have anything in common.
  return bare.create(settings) as typeof axiosOfNest;
}

/** A group for each method that this version of axios knows, for an app to fill, and what goes with all of them. */
function pristineHeaders(): object {
  const methods = Object.keys(axiosOfNest.defaults.headers).filter(
    (name) => name in axiosOfNest,
  );
  return {
    ...Object.fromEntries(methods.map((method) => [method, {}])),
    common: { Accept: 'application/json, text/plain, */*' },
  };
}

/** Without those that an app has added already. axios names its own after the setting; a bundler may not. */
function ownTransforms(
  setting: 'transformRequest' | 'transformResponse',
): unknown[] {
  const all = [axiosOfNest.defaults[setting] ?? []].flat();
  const own = all.filter(({ name }) => name === setting);
  return own.length > 0 ? own : all;
}
