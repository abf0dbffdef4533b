import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AsposeHttpService } from 'nestjs-aspose-auth';
import { firstValueFrom } from 'rxjs';

@Injectable()
export class StorageService implements OnApplicationShutdown {
  constructor(private readonly aspose: AsposeHttpService) {}

  async usage(): Promise<unknown> {
    const response = await firstValueFrom(
      this.aspose.get<unknown>('/v4.0/cells/storage/disc', {
        aspose: { minValidityMs: 1_000 },
      }),
    );
    return response.data;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.usage().catch(() => 'the network is blocked under test');
  }
}
