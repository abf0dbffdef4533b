import { fileURLToPath } from 'node:url';

/** Two customers to play with. */
export const DEMO_CUSTOMERS = fileURLToPath(
  new URL('../../fixtures/customers.json', import.meta.url),
);

/** The file of the customers, by the settings. With a local cloud there are those to play with, unless they are switched off. */
export function customersFile(
  setting: (name: string) => string | undefined,
): string | undefined {
  const isLocal = !setting('ASPOSE_CLIENT_ID');
  const byDefault = isLocal ? DEMO_CUSTOMERS : undefined;
  return (setting('CUSTOMERS_FILE') ?? byDefault) || undefined;
}
