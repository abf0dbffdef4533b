import { Injectable } from '@nestjs/common';
import { AsposeHttpService, InjectAsposeHttp } from 'nestjs-aspose-auth';
import { firstValueFrom } from 'rxjs';

@Injectable()
export class CustomersService {
  constructor(
    @InjectAsposeHttp('customers') private readonly aspose: AsposeHttpService,
  ) {}

  /** Asks with the token of the customer who is current. */
  async usage(): Promise<unknown> {
    const call = this.aspose.get<unknown>('/v4.0/cells/storage/disc');
    return (await firstValueFrom(call)).data;
  }
}
