import { BadRequestException, ParseEnumPipe } from '@nestjs/common';

export enum ConvertFormat {
  Pdf = 'pdf',
  Png = 'png',
  Csv = 'csv',
  Json = 'json',
  Html = 'html',
}

export const convertFormatPipe = new ParseEnumPipe(ConvertFormat, {
  exceptionFactory: () =>
    new BadRequestException(
      `format must be one of: ${Object.values(ConvertFormat).join(', ')}`,
    ),
});
