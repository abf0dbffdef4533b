export const ENGINE_PACKAGE = 'aspose.cells.node';

/** Turns a workbook into another format. Blocks the process while it works. */
export interface WorkbookEngine {
  convert(workbook: Uint8Array, format: string): Uint8Array;
}

/** The part of the package that is used; its own types may be missing, as it is optional. */
interface AsposeCells {
  readonly SaveFormat: Readonly<Record<string, number | string>>;
  readonly HtmlSaveOptions: new () => { saveAsSingleFile: boolean };
  readonly Workbook: new (content: Uint8Array) => {
    calculateFormula(): void;
    save(formatOrOptions: unknown): Uint8Array;
  };
}

/** The engine, or `undefined` when its package is not installed. */
export async function loadWorkbookEngine(
  packageName = ENGINE_PACKAGE,
): Promise<WorkbookEngine | undefined> {
  const cells = await importIfInstalled(packageName);
  return (
    cells && { convert: (workbook, format) => convert(cells, workbook, format) }
  );
}

async function importIfInstalled(
  packageName: string,
): Promise<AsposeCells | undefined> {
  try {
    const module = (await import(packageName)) as { default: AsposeCells };
    return module.default;
  } catch {
    return undefined;
  }
}

function convert(
  cells: AsposeCells,
  content: Uint8Array,
  format: string,
): Uint8Array {
  const saveAs = saveFormatOf(cells, format);
  const workbook = new cells.Workbook(content);
  // A program may have written formulas without their results.
  workbook.calculateFormula();
  return workbook.save(saveAs);
}

function saveFormatOf(cells: AsposeCells, format: string): unknown {
  if (format.toLowerCase() === 'html')
    return Object.assign(new cells.HtmlSaveOptions(), {
      saveAsSingleFile: true,
    });
  const name = Object.keys(cells.SaveFormat).find(
    (key) => key.toLowerCase() === format.toLowerCase(),
  );
  if (!name) throw new Error(`There is no format "${format}".`);
  return cells.SaveFormat[name];
}
