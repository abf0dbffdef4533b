// Preloaded with `node --import`: makes aspose.cells.node look as if it was not installed.
import { register } from 'node:module';

const hooks = `
  export function resolve(specifier, context, nextResolve) {
    if (specifier === 'aspose.cells.node') throw new Error('not installed');
    return nextResolve(specifier, context);
  }
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
