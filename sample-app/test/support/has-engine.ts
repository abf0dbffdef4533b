import { createRequire } from 'node:module';

/** Whether aspose.cells.node is installed, which is optional. */
export const hasEngine = isInstalled('aspose.cells.node');

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}
