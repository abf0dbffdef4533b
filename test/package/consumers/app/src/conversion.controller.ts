import { Controller, Get } from '@nestjs/common';

import { ConversionService } from './conversion.module.js';

@Controller('conversion')
export class ConversionController {
  constructor(private readonly conversion: ConversionService) {}

  @Get()
  async toPdf(): Promise<{ converted: string }> {
    const pdf = await this.conversion.toPdf(Buffer.from('a document'));
    return { converted: String(pdf) };
  }
}
