import { CredentialsResolver } from '../credential/credentials-resolver.js';

/** The credentials of a tenant: looked up before each flight, so that a rotated pair counts from the next renewal. */
export class TenantCredentialsResolver extends CredentialsResolver {
  protected override readonly option = 'tenants.credentials';

  override get isExpired(): boolean {
    return true;
  }
}
