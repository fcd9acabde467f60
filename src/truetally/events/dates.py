"""The civil date of a day number: proleptic Gregorian (ISO 8601), days since 1970-01-01."""


def civil(number: int) -> tuple[int, int, int]:
    """Return year, month and day, in eras of 400 years (146,097 days) that begin in March."""
    era, rest = divmod(number + 719_468, 146_097)
    year_of_era = (rest - rest // 1460 + rest // 36_524 - rest // 146_096) // 365
    day_of_year = rest - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    since_march = (5 * day_of_year + 2) // 153
    month = since_march + 3 if since_march < 10 else since_march - 9
    day = day_of_year - (153 * since_march + 2) // 5 + 1
    return year_of_era + era * 400 + (month <= 2), month, day


def day_text(number: int) -> str:
    """Write a day number as ISO 8601: ``2017-08-31``, however far it lies."""
    year, month, day = civil(number)
    return f"{year:04d}-{month:02d}-{day:02d}"
