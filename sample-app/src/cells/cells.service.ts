import type { Readable } from 'node:stream';

import { Injectable } from '@nestjs/common';
import { AsposeHttpService } from 'nestjs-aspose-auth';
import { firstValueFrom } from 'rxjs';

import type { ConvertFormat } from './convert-format.js';

/** Calls Aspose with Nest's HttpService. */
@Injectable()
export class CellsService {
  constructor(private readonly aspose: AsposeHttpService) {}

  async convert(
    workbook: Express.Multer.File,
    format: ConvertFormat,
  ): Promise<Readable> {
    // FormData and Blob can be sent again, with a new token, after a 401.
    const body = new FormData();
    const bytes = new Blob([new Uint8Array(workbook.buffer)]);
    body.append('Spreadsheet', bytes, workbook.originalname);
    const call = this.aspose.put<Readable>(
      '/v4.0/cells/convert/spreadsheet',
      body,
      { params: { format }, responseType: 'stream' },
    );
    const { data } = await firstValueFrom(call);
    return data;
  }

  async status(): Promise<unknown> {
    const call = this.aspose.get<unknown>('/v4.0/cells/status/check');
    const { data } = await firstValueFrom(call);
    return data;
  }
}
