// Hot getToken with a store.
import { hotBeside } from '../support/hot-beside.mjs';

export default hotBeside({
  what: 'a store',
  create: 'createStored',
  cannot: 'It has no store.',
});
