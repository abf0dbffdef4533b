import {
  BadRequestException,
  GatewayTimeoutException,
  Injectable,
} from '@nestjs/common';
import {
  CellsApi,
  type ObjectExist,
  ObjectExistsRequest,
} from 'asposecellscloud';
import { firstValueFrom, from, throwError, timeout } from 'rxjs';

const PATIENCE_MS = 60_000;

/** Calls Aspose with its official SDK. */
@Injectable()
export class FilesService {
  constructor(private readonly cells: CellsApi) {}

  async find(name: string): Promise<ObjectExist> {
    // The SDK does not encode the path. No encoding keeps these two from being read as folders.
    if (['.', '..'].includes(name))
      throw new BadRequestException('That is not the name of a file.');
    const request = new ObjectExistsRequest({ path: encodeURIComponent(name) });
    const call = from(this.cells.objectExists(request));
    const { body } = await firstValueFrom(
      // The SDK has no time limit and ends no call: whoever waits is answered, and the call goes on.
      call.pipe(timeout({ first: PATIENCE_MS, with: tooLate })),
    );
    return body;
  }
}

const tooLate = () =>
  throwError(
    () => new GatewayTimeoutException('Aspose Cloud did not answer in time.'),
  );
