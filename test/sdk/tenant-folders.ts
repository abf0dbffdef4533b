import { startTenantCloud, type TenantCloud } from '../support/tenant-cloud.js';

/** A cloud with an account for every tenant, each with a folder that holds its name, until the test ends. */
export async function startTenantFolders(): Promise<TenantCloud> {
  // Slides reads its field names in lower case, the others in upper case.
  return startTenantCloud((tenant) => ({
    Value: [{ Name: tenant }],
    value: [{ name: tenant }],
  }));
}

/** The calls that came with the token of another tenant than the one in their path: `of-acme`. */
export function strangersAt({ calls }: TenantCloud): TenantCloud['calls'] {
  return calls.filter(({ path, tenant }) => !path.endsWith(`of-${tenant}`));
}
