import { Injectable } from '@nestjs/common';
import {
  CellsApi,
  type ObjectExist,
  ObjectExistsRequest,
} from 'asposecellscloud';
import { firstValueFrom, from, timeout } from 'rxjs';

import { answerOf, TIMEOUT_MS } from './cells-answer.js';

/** Calls Aspose with its official SDK. */
@Injectable()
export class FilesService {
  constructor(private readonly cells: CellsApi) {}

  async find(name: string): Promise<ObjectExist> {
    // The SDK does not encode the path.
    const request = new ObjectExistsRequest({ path: encodeURIComponent(name) });
    const { body } = await answerOf(() =>
      // The SDK has no timeout.
      firstValueFrom(
        from(this.cells.objectExists(request)).pipe(timeout(TIMEOUT_MS)),
      ),
    );
    return body;
  }
}
