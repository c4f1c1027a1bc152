"""Every return of a half-year filed again from what the portal itself knows, and the same figures come out.

    make roundtrip

``written`` fills in the workbooks from the rows in the portal, ``forgetting`` takes out what they say, ``filing`` hands
them in through ``manage.py submit_return``. All in one transaction that is taken back, so the rows stay as they were.
"""
