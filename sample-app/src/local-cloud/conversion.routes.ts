import type { RouteHandler } from 'nestjs-aspose-auth/testing';

/** Answers `GET /v2.0/conversion/formats` as GroupDocs Conversion Cloud does, with two of its formats. */
export const conversionFormats: RouteHandler = (_, response) => {
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(
    JSON.stringify([
      { sourceFormat: 'xlsx', targetFormats: ['pdf', 'html', 'csv'] },
      { sourceFormat: 'docx', targetFormats: ['pdf', 'html', 'txt'] },
    ]),
  );
};
