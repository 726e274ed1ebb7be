"""Ten years of sample data for measurements: hubs, series, sessions, people and registrations.

All values are generated from one `random.Random` and one day, so the same seed on the same day produces the same rows.
This module returns unsaved models and writes nothing; `manage.py seed_load` saves them. The numbers are similar to
those published for 2021–2023: about 300 sessions a year, two or three sessions per person, a third of the people rural,
and 1,100 people in the largest session.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from decimal import Decimal
from random import Random

from accounts.models import Consent, ConsentKind, Person
from accounts.policies import current_policy
from accounts.vocabularies import Language, PracticeSetting, Profession, Province
from credits.models import Accreditation
from echo_portal.lib.text import email_key, fold, fold_key
from echo_portal.lib.zones import EASTERN, PROVINCE_ZONES, ZONES
from hubs.models import Hub, Organisation
from registrations.models import Enrollment, Registration
from sessions.models import EnrollmentKey, Material, Series, Session
from sessions.vocabularies import PracticeArea, SeriesKind

YEARS_BACK, YEARS_AHEAD = 9, 1
LARGEST_SESSION = 1100

_FIRST_NAMES = """
Aaliyah Adèle Aisha Alexandre Amélie Ananya André Anik Béatrice Benoît Brigitte Camille Catherine Chantal
Charlotte Chloé Daniel David Élodie Emily Emma Étienne Fatima Félix François Gabrielle Geneviève Grace Hannah
Hélène Ibrahim Isabelle Jacob Jasmine Jean Jennifer Jérôme Joseph Josée Julie Karim Kateri Kim Laura Leah Liam
Linh Louise Lucas Maïka Marc Maria Marie Mei Michael Mohamed Mona Nadia Nathalie Ngozi Noah Olivia Patrick
Paul Pauline Priya Rachel Rosalie Ruth Samir Sandra Sarah Siobhán Sophie Stéphanie Tala Thi Thomas Valérie
Véronique Victoria William Yasmine Yves Zoé
"""
_LAST_NAMES = """
Anderson Arsenault Bélanger Bergeron Bouchard Brown Campbell Chan Chen Cloutier Cormier Côté Desrosiers
Dhillon Dubois Ferguson Fortin Fraser Gagné Gagnon Gauthier Gill Girard Grant Hussein Johnson Jones Kaur Khan
Kim Kusugak Lam Lapointe Lavoie LeBlanc Leclerc Lee Lévesque Li MacDonald Martin McKay Mercier Mitchell Morin
Murphy Nakashuk Ng Nguyen O’Brien Okafor Okpik Ouellet Paquette Patel Pelletier Poirier Reid Robinson Roy
Sandhu Scott Sharma Simard Singh Sinclair Smith Taylor Thibault Thompson Tran Tremblay Vigneault Walker Wang
White Williams Wilson Wong Young
"""
FIRST_NAMES, LAST_NAMES = _FIRST_NAMES.split(), _LAST_NAMES.split()
TOPICS: tuple[tuple[str, str, str], ...] = (
    ("PALL", "A palliative approach to care", "Une approche palliative des soins"),
    ("HEART", "Living with heart failure", "Vivre avec l’insuffisance cardiaque"),
    ("LUNG", "Breathlessness and lung disease", "Essoufflement et maladies pulmonaires"),
    ("RENAL", "Kidney disease and conservative care", "Maladies rénales et traitement conservateur"),
    ("NEURO", "Neurological disease", "Maladies neurologiques"),
    ("DEMENT", "Dementia and comfort", "Troubles neurocognitifs et confort"),
    ("CANCER", "Cancer and early palliative care", "Cancer et soins palliatifs précoces"),
    ("PAIN", "Pain and symptoms", "Douleur et symptômes"),
    ("COMM", "Conversations that matter", "Des conversations qui comptent"),
    ("GRIEF", "Grief and bereavement", "Perte et deuil"),
    ("CAREGV", "Caregivers and compassionate communities", "Proches aidants et communautés bienveillantes"),
    ("QI", "Teams, quality and systems", "Équipes, qualité et systèmes"),
)
HOURS = (dt.time(8), dt.time(12), dt.time(12), dt.time(12), dt.time(12, 30), dt.time(15), dt.time(16), dt.time(19))
PROVINCE_WEIGHTS = {
    "ON": 34, "QC": 18, "BC": 13, "AB": 11, "MB": 5, "SK": 4, "NS": 4, "NB": 4, "NL": 3, "PE": 1, "NT": 1, "NU": 1,
    "YT": 1, "OUT": 1, "UNSAID": 1,
}  # fmt: skip


class SampleData:
    """A generator of sample hubs, series, sessions, people and registrations.

    `today` is a day in Toronto. Sessions that ended before `now`, 17:00 UTC on that day, are held.
    """

    def __init__(self, *, seed: int, today: dt.date) -> None:
        self.random = Random(seed)  # noqa: S311 (sample rows, no secrets)
        self.seed = seed
        self.today = today
        self.now = dt.datetime.combine(today, dt.time(17), dt.UTC)

    def _uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.random.getrandbits(128), version=4)

    # ------------------------------------------------------------------ the programme

    def organisation(self) -> Organisation:
        name = f"Invented organisation {self.seed}"
        return Organisation(slug=f"invented-{self.seed}", name_en=name, name_fr=f"Organisme inventé {self.seed}")

    def hubs(self, count: int, host: Organisation, *, with_national: bool) -> list[Hub]:
        provinces = list(PROVINCE_ZONES)
        hubs = []
        for number in range(count):
            national = with_national and number == 0
            province = "" if national else provinces[number % len(provinces)]
            hubs.append(
                Hub(
                    slug=f"hub-{self.seed}-{number + 1:02d}",
                    scope="national" if national else ("provincial", "regional", "sector")[number % 3],
                    name_en="National ECHO" if national else f"Hub {number + 1} ({province})",
                    name_fr="ECHO national" if national else f"Carrefour {number + 1} ({province})",
                    host=host,
                    province=province,
                    languages=["en", "fr"],
                    contact_email=f"hub-{number + 1}@example.org",
                )
            )
        return hubs

    def series(self, hubs: Sequence[Hub], sessions: int) -> Iterator[tuple[Series, int]]:
        """Yield pairs of a series and the number of its sessions (1 to 14), with `sessions` sessions in total.

        About half of the series are national.
        """
        number, left = 0, sessions
        while left:
            size = min(self.random.choice((1, 1, 1, 1, 2, 3, 4, 5, 6, 8, 10, 12, 13, 14)), left)
            yield self._one_series(number, size, hubs), size
            number += 1
            left -= size

    def _one_series(self, number: int, size: int, hubs: Sequence[Hub]) -> Series:
        pick = self.random
        area, title_en, title_fr = pick.choice(TOPICS)
        hub = hubs[0] if pick.random() < 0.5 else pick.choice(hubs)
        kind = pick.choice(SeriesKind.values) if size > 1 else pick.choice(("webinar", "workshop", "information"))
        keyed = size > 3 and pick.random() < 0.4
        return Series(
            slug=f"s{self.seed}-{number + 1:04d}",
            hub=hub,
            state=Series.State.PUBLISHED if pick.random() < 0.98 else Series.State.DRAFT,
            kind=kind,
            title_en=f"{title_en}, part {number + 1}",
            title_fr=f"{title_fr}, partie {number + 1}" if pick.random() < 0.8 else "",
            summary_en=f"{title_en}: a short presentation, then a case discussion with peers and experts.",
            summary_fr=f"{title_fr} : un court exposé, puis une discussion de cas entre pairs et spécialistes.",
            language="fr" if pick.random() < 0.2 else "en",
            audience_professions=pick.sample(Profession.values, pick.choice((0, 0, 1, 2, 4))),
            audience_settings=pick.sample(PracticeSetting.values, pick.choice((0, 1, 2))),
            practice_areas=sorted({area, pick.choice(PracticeArea.values)}),
            registration_mode="key" if keyed else "open",
            choose_one=not keyed and size == 2 and pick.random() < 0.3,
            recordings_for=pick.choice(("", "registrants", "enrolled", "public")),
        )

    def sessions_of(self, series: Series, size: int) -> list[Session]:
        """Return `size` sessions of a series, which are weekly, fortnightly or monthly, at the same local time.

        A few of them have no time, or are cancelled, moved or drafts.
        """
        pick = self.random
        step = pick.choice((7, 14, 14, 28))
        first_day = self.today - dt.timedelta(days=365 * YEARS_BACK)
        span = 365 * (YEARS_BACK + YEARS_AHEAD) - step * (size - 1)
        day = first_day + dt.timedelta(days=pick.randrange(max(span, 1)))
        day -= dt.timedelta(days=max(day.weekday() - 4, 0))  # no weekends
        zone = EASTERN if pick.random() < 0.6 else pick.choice(ZONES).name
        hour = pick.choice(HOURS)
        limit = pick.choice((None, None, None, None, None, 50, 100, 200))
        return [
            self._one_session(series, number, day + dt.timedelta(days=step * number), hour, zone, limit)
            for number in range(size)
        ]

    def _one_session(
        self, series: Series, number: int, day: dt.date, hour: dt.time, zone: str, limit: int | None
    ) -> Session:
        pick = self.random
        state = pick.choices(("published", "rescheduled", "cancelled", "draft"), weights=(94, 2, 3, 1))[0]
        minutes = pick.choice((60, 60, 60, 90, 120))
        has_hour = pick.random() < 0.97
        end = dt.datetime.combine(day, hour) + dt.timedelta(minutes=minutes)
        session = Session(
            public_id=self._uuid(),
            series=series,
            number=number + 1,
            state=state,
            title_en=f"{series.title_en}: case {number + 1}",
            title_fr=f"{series.title_fr} : cas {number + 1}" if series.title_fr else "",
            on_date=day,
            start_time=hour if has_hour else None,
            end_time=end.time() if has_hour else None,
            time_zone=zone,
            presenters=[f"Dr {pick.choice(FIRST_NAMES)} {pick.choice(LAST_NAMES)}"],
            join_url=f"https://video.example.org/j/{pick.randrange(10**10)}",
            capacity=limit,
        )
        session.derive_moments()
        return session

    def keys(self, series: Sequence[Series]) -> Iterator[EnrollmentKey]:
        for row in series:
            if row.needs_key:
                text = f"KEY-{self.seed}-{row.slug.rpartition('-')[2]}"
                yield EnrollmentKey(series=row, text=text, folded=fold_key(text))

    def materials(self, sessions: Sequence[Session]) -> Iterator[Material]:
        for session in sessions:
            if session.is_over(self.now):
                for kind in self.random.sample(("slides", "recording", "questions"), self.random.choice((0, 1, 2))):
                    url = f"https://library.example.org/{session.public_id}/{kind}"
                    yield Material(session=session, kind=kind, url=url, language=session.series.language)

    def accreditations(self, series: Sequence[Series], days: dict[int, list[dt.date]]) -> Iterator[Accreditation]:
        """Yield accreditations for about two out of five series.

        `days` maps IDs of series to the days of their sessions.
        """
        for row in series:
            if self.random.random() < 0.4 and days.get(row.pk):
                yield Accreditation(
                    series=row,
                    certifier=row.hub.host,
                    programme="Mainpro+",
                    category="Certified activity",
                    max_credits=Decimal(len(days[row.pk])),
                    statement_en="This invented activity carries up to {max_credits} credits. Specimen.",
                    statement_fr="Cette activité inventée donne jusqu’à {max_credits} crédits. Spécimen.",
                    signatory_name="Camille Specimen, MD",
                    signatory_title_en="Medical lead",
                    signatory_title_fr="Responsable médicale",
                    valid_from=min(days[row.pk]),
                    valid_to=max(days[row.pk]),
                    is_specimen=True,
                )

    # ------------------------------------------------------------------ people

    def people(self, count: int) -> Iterator[Person]:
        pick = self.random
        provinces, weights = list(PROVINCE_WEIGHTS), list(PROVINCE_WEIGHTS.values())
        folded = {name: fold(name) for name in {*FIRST_NAMES, *LAST_NAMES}}
        all_zones = [zone.name for zone in ZONES]
        assert set(provinces) <= set(Province.values)
        for number in range(count):
            first, last = pick.choice(FIRST_NAMES), pick.choice(LAST_NAMES)
            province = pick.choices(provinces, weights)[0]
            email = f"{folded[first]}.{folded[last].replace("'", '')}.{number}@s{self.seed}.example.org"
            yield Person(
                public_id=self._uuid(),
                password=f"!{pick.getrandbits(160):040x}",
                email=email,
                email_key=email_key(email),
                mailbox_proved_at=self._before(self.now, 3000) if pick.random() < 0.4 else None,
                name=f"{first} {last}",
                sort_key=f"{folded[first]} {folded[last]}",
                profession=pick.choice(Profession.values),
                practice_settings=pick.sample(PracticeSetting.values, pick.choice((0, 1, 1, 2))),
                province=province,
                time_zone=pick.choice(all_zones) if pick.random() < 0.3 else "",
                forward_sortation_area=f"{pick.choice('ABCEGHJKLMNPRSTVXY')}{pick.choice('0123456789')}"
                f"{pick.choice('ABCEGHJKLMNPRSTVWXYZ')}",
                serves_rural=("", "yes", "no", "no", "", "unsaid")[number % 6],
                language=Language.FR if pick.random() < (0.85 if province == "QC" else 0.08) else Language.EN,
            )

    def consents(self, people: Sequence[Person]) -> Iterator[Consent]:
        for person in people:
            yield Consent(
                person=person,
                kind=ConsentKind.PRIVACY,
                text_version=current_policy(ConsentKind.PRIVACY).version,
                text_language=person.language,
                source="registration:invented",
                given_at=self._before(self.now, 3000),
            )

    def _before(self, moment: dt.datetime, days: int) -> dt.datetime:
        return moment - dt.timedelta(seconds=self.random.randrange(3600, days * 86400))

    # ------------------------------------------------------------------ registrations

    def places(self, sessions: Sequence[Session], total: int) -> list[int]:
        """Return how many registrations each session has: `total` altogether, or fewer if all sessions are full."""
        weights = [self.random.lognormvariate(0, 0.9) for _session in sessions]
        scale = total / sum(weights) if weights else 0
        counts = [min(int(weight * scale), LARGEST_SESSION) for weight in weights]
        missing = min(total, LARGEST_SESSION * len(sessions)) - sum(counts)
        while missing > 0:
            index = self.random.randrange(len(counts))
            added = min(LARGEST_SESSION - counts[index], missing, 5)
            counts[index] += added
            missing -= added
        return counts

    def enrollments(self, series: Series, audience: Sequence[Person]) -> list[Enrollment]:
        """Return an enrollment for each person, or an empty list if the series has no enrollment key."""
        if not series.needs_key:
            return []
        return [
            Enrollment(person=person, series=series, covers_later_sessions=True, enrolled_at=self._before(self.now, 60))
            for person in audience
        ]

    def audience(self, people: Sequence[Person], counts: Sequence[int]) -> list[Person]:
        """Return people for one series: a third more than the number of registrations in its largest session."""
        return self.random.sample(people, min(len(people), max(counts) * 4 // 3 + 1))

    def registrations(
        self, session: Session, count: int, audience: Sequence[Person], enrollments: dict[int, Enrollment]
    ) -> Iterator[Registration]:
        """Yield registrations in order of time, first with places and then on the waiting list.

        About one in twenty is cancelled.
        """
        pick = self.random
        latest = min(self.now, session.starts_at or self.now)
        moments = sorted(self._before(latest, 60) for _person in range(min(count, len(audience))))
        taken = waiting = 0
        for person, moment in zip(pick.sample(audience, len(moments)), moments, strict=True):
            row = Registration(
                public_id=self._uuid(),
                person=person,
                session=session,
                enrollment=enrollments.get(person.pk),
                registered_at=moment,
                changed_at=moment,
            )
            if pick.random() < 0.05:
                row.state = Registration.State.CANCELLED
                row.cancelled_at = row.changed_at = moment + dt.timedelta(hours=1)
                row.cancelled_by = person
                row.revision = 1
            elif session.capacity is not None and taken >= session.capacity:
                waiting += 1
                row.state, row.waiting_number = Registration.State.WAITING, waiting
            else:
                taken += 1
                row.state = Registration.State.REGISTERED
            yield row
