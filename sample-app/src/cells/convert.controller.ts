import { parse } from 'node:path';

import {
  Controller,
  HttpCode,
  Post,
  Query,
  Res,
  StreamableFile,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import type { Response } from 'express';
import { RequireAsposeToken } from 'nestjs-aspose-auth';

import { CellsService } from './cells.service.js';
import { type ConvertFormat, convertFormatPipe } from './convert-format.js';
import { WorkbookInterceptor, workbookPipe } from './workbook-upload.js';

/** Calls cost money: in your app, say who may make them, with `@UseGuards()` here. */
@Controller('convert')
export class ConvertController {
  constructor(private readonly cells: CellsService) {}

  @Post()
  @HttpCode(200)
  @RequireAsposeToken()
  @UseInterceptors(WorkbookInterceptor)
  async convert(
    @Query('format', convertFormatPipe) format: ConvertFormat,
    @UploadedFile(workbookPipe) workbook: Express.Multer.File,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StreamableFile> {
    const converted = await this.cells.convert(workbook, format);
    // Sets Content-Disposition and, by the extension, Content-Type.
    response.attachment(`${parse(workbook.originalname).name}.${format}`);
    return new StreamableFile(converted);
  }
}
