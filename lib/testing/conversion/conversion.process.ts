import { convertWorkbook } from './workbook-engine.js';

/** A workbook for this process to convert. */
export interface ConversionOrder {
  readonly engine: string;
  readonly workbook: Uint8Array;
  readonly format: string;
}

/** What came of an order. */
export type ConversionOutcome =
  { readonly converted: Uint8Array } | { readonly problem: string };

function outcomeOf(order: ConversionOrder): ConversionOutcome {
  const { engine, workbook, format } = order;
  try {
    return { converted: convertWorkbook(engine, workbook, format) };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { problem };
  }
}

// This process ends with the one that gives it orders, however that ends; Ctrl-C reaches both.
process.on('disconnect', () => process.exit());
process.on('SIGINT', () => {});
process.on('message', (order: ConversionOrder) =>
  process.send?.(outcomeOf(order)),
);
