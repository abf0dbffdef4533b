import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import axios from 'axios';
import {
  type AsposeFetch,
  AsposeHttpService,
  AsposeTokenService,
  attachAsposeToken,
  InjectAsposeFetch,
} from 'nestjs-aspose-auth';
import { firstValueFrom } from 'rxjs';

const PATH = '/v4.0/cells/storage/disc';

@Injectable()
export class StorageService implements OnApplicationShutdown {
  /** One that the app made: it sends the token to Aspose, and nothing of ours to others. */
  private readonly axios = axios.create();

  constructor(
    private readonly aspose: AsposeHttpService,
    @InjectAsposeFetch() private readonly asposeFetch: AsposeFetch,
    tokens: AsposeTokenService,
  ) {
    attachAsposeToken(this.axios, tokens);
  }

  async usage(): Promise<unknown> {
    const response = await firstValueFrom(
      this.aspose.get<unknown>(PATH, { aspose: { minValidityMs: 1_000 } }),
    );
    return response.data;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.usage().catch(() => 'the network is blocked under test');
  }

  async usageByAxios(): Promise<unknown> {
    return (await this.axios.get<unknown>(this.url())).data;
  }

  async usageByFetch(): Promise<unknown> {
    return (await this.asposeFetch(this.url())).json();
  }

  async elsewhere(url: string): Promise<unknown> {
    return (await this.axios.get<unknown>(url)).data;
  }

  private url(): string {
    return `${this.aspose.axiosRef.defaults.baseURL}${PATH}`;
  }
}
