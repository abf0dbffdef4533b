import { Inject, Injectable } from '@nestjs/common';
import {
  AsposeApiError,
  type AsposeFetch,
  InjectAsposeFetch,
} from 'nestjs-aspose-auth';

import { ASPOSE_BASE_URL } from './aspose-base-url.js';
import { TIMEOUT_MS } from './time-limit.js';

interface DiscUsage {
  readonly UsedSize: number;
  readonly TotalSize: number;
}

/** Calls Aspose with `fetch`. */
@Injectable()
export class StorageService {
  constructor(
    @InjectAsposeFetch() private readonly fetch: AsposeFetch,
    @Inject(ASPOSE_BASE_URL) private readonly baseUrl: string,
  ) {}

  async discUsage(): Promise<DiscUsage> {
    const response = await this.fetch(
      `${this.baseUrl}/v4.0/cells/storage/disc`,
      { signal: AbortSignal.timeout(TIMEOUT_MS) },
    );
    if (!response.ok) throw await AsposeApiError.from(response);
    return (await response.json()) as DiscUsage;
  }
}
