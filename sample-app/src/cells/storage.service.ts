import { Injectable } from '@nestjs/common';
import {
  AsposeApiError,
  type AsposeFetch,
  InjectAsposeFetch,
} from 'nestjs-aspose-auth';

interface DiscUsage {
  readonly UsedSize: number;
  readonly TotalSize: number;
}

/** Calls Aspose with `fetch`. */
@Injectable()
export class StorageService {
  constructor(@InjectAsposeFetch() private readonly fetch: AsposeFetch) {}

  async discUsage(): Promise<DiscUsage> {
    const response = await this.fetch('/v4.0/cells/storage/disc');
    if (!response.ok) throw await AsposeApiError.from(response);
    return (await response.json()) as DiscUsage;
  }
}
