import { Inject, Injectable } from '@nestjs/common';
import { type AsposeFetch, InjectAsposeFetch } from 'nestjs-aspose-auth';

import { ASPOSE_BASE_URL } from './aspose-base-url.js';
import { answerOf, answeredWith, TIMEOUT_MS } from './cells-answer.js';

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

  discUsage(): Promise<DiscUsage> {
    return answerOf(async () => {
      const response = await this.fetch(
        `${this.baseUrl}/v4.0/cells/storage/disc`,
        { signal: AbortSignal.timeout(TIMEOUT_MS) },
      );
      if (!response.ok) {
        await response.body?.cancel();
        throw answeredWith(response.status);
      }
      return (await response.json()) as DiscUsage;
    });
  }
}
