import { fileURLToPath } from 'node:url';

const TWO_TO_PLAY_WITH = fileURLToPath(
  new URL('../../fixtures/customers.json', import.meta.url),
);

/** The file of the customers, by the settings. With a local cloud there are two, unless they are switched off. */
export function customersFile(
  setting: (name: string) => string | undefined,
): string | undefined {
  const isLocal = !setting('ASPOSE_CLIENT_ID');
  const byDefault = isLocal ? TWO_TO_PLAY_WITH : undefined;
  return (setting('CUSTOMERS_FILE') ?? byDefault) || undefined;
}
