import { Injectable } from '@nestjs/common';
import {
  AsposeApiError,
  type AsposeFetch,
  InjectAsposeFetch,
} from 'nestjs-aspose-auth';

import { TIMEOUT_MS } from '../time-limit.js';

interface DiscUsage {
  readonly UsedSize: number;
  readonly TotalSize: number;
}

/** Calls Aspose with `fetch`. */
@Injectable()
export class StorageService {
  constructor(@InjectAsposeFetch() private readonly fetch: AsposeFetch) {}

  async discUsage(): Promise<DiscUsage> {
    const response = await this.fetch('/v4.0/cells/storage/disc', {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw await AsposeApiError.from(response);
    return (await response.json()) as DiscUsage;
  }
}
