import type { Readable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import { AsposeHttpService } from 'nestjs-aspose-auth';
import { firstValueFrom, type Observable } from 'rxjs';
import { toHttpException } from './cells-failure.js';
import type { ConvertFormat } from './convert-format.js';

const TIMEOUT_MS = 60_000;

@Injectable()
export class CellsService {
  private readonly logger = new Logger(CellsService.name);

  constructor(private readonly aspose: AsposeHttpService) {}

  convert(
    workbook: Express.Multer.File,
    format: ConvertFormat,
  ): Promise<Readable> {
    // FormData and Blob can be sent a second time, should Aspose refuse the token.
    const body = new FormData();
    body.append('File', new Blob([workbook.buffer]), workbook.originalname);
    return this.answer(
      this.aspose.put<Readable>('/v4.0/cells/convert/spreadsheet', body, {
        params: { format },
        responseType: 'stream',
        timeout: TIMEOUT_MS,
      }),
    );
  }

  status(): Promise<unknown> {
    return this.answer(
      this.aspose.get<unknown>('/v4.0/cells/status/check', {
        timeout: TIMEOUT_MS,
      }),
    );
  }

  private async answer<T>(call: Observable<{ data: T }>): Promise<T> {
    try {
      return (await firstValueFrom(call)).data;
    } catch (error) {
      this.logger.warn(error instanceof Error ? error.message : error);
      throw toHttpException(error);
    }
  }
}
