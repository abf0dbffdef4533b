import { BadRequestException, ParseFilePipe } from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';

const FIELD = 'file';

export const MAX_WORKBOOK_MB = 20;

/** Keeps the workbook in memory: what is sent to Aspose has to be there for a second attempt. */
export const WorkbookInterceptor = FileInterceptor(FIELD, {
  limits: { fileSize: MAX_WORKBOOK_MB * 1024 * 1024 },
  defParamCharset: 'utf8',
});

export const workbookPipe = new ParseFilePipe({
  exceptionFactory: () =>
    new BadRequestException(
      `Send the workbook as multipart/form-data, in the field "${FIELD}".`,
    ),
});
