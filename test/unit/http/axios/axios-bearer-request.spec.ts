import { AxiosHeaders } from 'axios';
import { describe, expect, it, vi } from 'vitest';

import { AxiosBearerRequest } from '../../../../lib/http/axios/axios-bearer-request.js';
import type { AxiosLikeAdapter } from '../../../../lib/http/axios/axios-like.js';
import { AccessToken, AsposeAuthErrorCode } from '../../../../lib/index.js';
import { rejectionOf } from '../../../support/rejection.js';

describe('A request of axios', () => {
  it.each(['https://elsewhere.example/file', 'https://:no-url'])(
    'that would lead elsewhere than was checked is not sent: %s',
    async (url) => {
      const adapter = vi.fn<AxiosLikeAdapter>();
      const request = new AxiosBearerRequest(
        adapter,
        { url, headers: new AxiosHeaders() },
        'https://api.aspose.cloud',
      );

      const error = await rejectionOf(request.send(new AccessToken('token')));

      expect(error).toMatchObject({ code: AsposeAuthErrorCode.FOREIGN_ORIGIN });
      expect(adapter).not.toHaveBeenCalled();
    },
  );
});
