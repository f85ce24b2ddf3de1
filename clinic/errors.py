"""The root of every error that the product raises on purpose."""


class ClinicError(Exception):
    """Something went wrong that a person can put right.

    The class docstring of a subclass is its default message: one sentence saying
    what was wrong and what to do.
    """

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or " ".join((self.__doc__ or "").split()))


class ConfigurationError(ClinicError):
    """A setting makes no sense; correct the environment variable it names."""
