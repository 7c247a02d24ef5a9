"""Errors in the two shapes that the platform has: the new OpenAPI and the old oapi."""


class ApiError(Exception):
    """An error of the new API: an HTTP status and a code."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message or code


class OapiError(Exception):
    """An error of the old API: HTTP 200 and an errcode."""

    def __init__(self, errcode: int, errmsg: str) -> None:
        super().__init__(str(errcode))
        self.errcode = errcode
        self.errmsg = errmsg


def bad_parameter(name: str) -> ApiError:
    """Say that a field is missing or malformed."""
    return ApiError(400, "invalidParameter", f"invalidParameter.{name}")


def qps_exceeded() -> ApiError:
    """Say that the app called this API more than 20 times in a second."""
    return ApiError(
        403,
        "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi",
        "您的应用调用该接口的QPS超过限制",
    )


def month_exceeded() -> ApiError:
    """Say that the organisation's calls of this month are used up."""
    return ApiError(
        403,
        "Forbidden.AccessDenied.ApiCountLimitForOrg",
        "您的组织调用钉钉开放接口次数已超过限制",
    )


def bad_token() -> ApiError:
    """Say that the access token is missing, unknown or expired."""
    return ApiError(400, "InvalidAuthentication", "不合法的access_token")
