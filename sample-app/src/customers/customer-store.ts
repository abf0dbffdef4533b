import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';

import { customersFile } from './customers-file.js';

interface Customer {
  readonly id: string;
  /** The SHA-256 of the customer's key, in hexadecimal: the key itself is kept nowhere. */
  readonly keySha256: string;
  /** Its account at Aspose. */
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Knows the customers. Here they come from a file; in your app from a database, say, with the secrets encrypted. */
@Injectable()
export class CustomerStore {
  readonly #customers: readonly Customer[];

  constructor(config: ConfigService) {
    const file = customersFile((name) => config.get<string>(name));
    this.#customers =
      file === undefined
        ? []
        : (JSON.parse(readFileSync(file, 'utf8')) as Customer[]);
  }

  /** The id of the customer whose key this is. */
  findByKey(key: string): string | undefined {
    const sha256 = createHash('sha256').update(key).digest('hex');
    return this.#customers.find(({ keySha256 }) => keySha256 === sha256)?.id;
  }

  /** The Aspose account of a customer; undefined if there is no such customer. */
  accountOf(
    customer: string,
  ): Pick<Customer, 'clientId' | 'clientSecret'> | undefined {
    return this.#customers.find(({ id }) => id === customer);
  }

  /** The secrets of all accounts, by their client ids: what a local cloud has to know. */
  secrets(): Record<string, string> {
    return Object.fromEntries(
      this.#customers.map(({ clientId, clientSecret }) => [
        clientId,
        clientSecret,
      ]),
    );
  }
}
