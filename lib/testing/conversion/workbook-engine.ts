/** The package that converts workbooks: commercial, in evaluation mode without a licence. Nothing here depends on it. */
export const ENGINE_PACKAGE = 'aspose.cells.node';

/** The part of the package that is used; its types are not there where it is not installed. */
interface AsposeCells {
  readonly SaveFormat: Readonly<Record<string, number | string>>;
  readonly HtmlSaveOptions: new () => { saveAsSingleFile: boolean };
  readonly Workbook: new (content: Uint8Array) => {
    calculateFormula(): void;
    save(formatOrOptions: unknown): Uint8Array;
  };
}

/** Finds the engine in the project of the user, whose folder the process runs in; undefined where it is not installed. */
export function findEngine(): string | undefined {
  try {
    return require.resolve(ENGINE_PACKAGE, { paths: [process.cwd()] });
  } catch {
    return undefined;
  }
}

/**
 * Turns a workbook into another format. Blocks the process while it works.
 *
 * @param engine - what {@link findEngine} has found.
 * @throws {Error} when the engine cannot be loaded, does not know the format or cannot read the workbook.
 */
export function convertWorkbook(
  engine: string,
  content: Uint8Array,
  format: string,
): Uint8Array {
  const cells = require(engine) as AsposeCells;
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
  if (name === undefined) throw new Error(`There is no format "${format}".`);
  return cells.SaveFormat[name];
}
