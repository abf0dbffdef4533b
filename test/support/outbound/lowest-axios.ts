import { register } from 'node:module';

/**
 * Has every import of axios in this process get the lowest supported version, also those within installed packages.
 *
 * To be imported before anything that imports axios.
 */
const hooks = `
export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  return {
    ...resolved,
    url: resolved.url.replace('/node_modules/axios/', '/node_modules/axios-lowest/'),
  };
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
