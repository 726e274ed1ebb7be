"""Admin forms of series, sessions and enrollment keys."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.vocabularies import Language, PracticeSetting, Profession
from echo_portal.lib.address_fields import AddressField, clean_address
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.forms import FrenchTypography, LineListField, NamedForm, one_line, visible
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import fold_key
from echo_portal.lib.zones import WallTimeError, zone_choices
from sessions.models import EnrollmentKey, Material, MaterialFile, Session, SessionRole
from sessions.rules import MEETING_FIELDS, MeetingHosts
from sessions.vocabularies import Level, PracticeArea

NOT_FOR_AUDIENCES = ("UNSAID", "OTHER")


def multiple_choice(label: Any, vocabulary: Any) -> forms.MultipleChoiceField:
    """Return check boxes for the choices of a vocabulary, except "other" and "prefer not to say"."""
    choices = [(code, label) for code, label in vocabulary.choices if code not in NOT_FOR_AUDIENCES]
    return forms.MultipleChoiceField(
        label=capfirst(label),
        choices=choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None ticked: for everyone. This guides people; it keeps nobody out."),
    )


class SeriesForm(NamedForm):
    audience_professions = multiple_choice(_("for these professions"), Profession)
    audience_settings = multiple_choice(_("for these settings"), PracticeSetting)
    practice_areas = multiple_choice(_("practice areas"), PracticeArea)
    levels = multiple_choice(_("levels"), Level)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if self.instance.pk and self.instance in values.get("recommended_first", ()):
            self.add_error("recommended_first", _("A series cannot be recommended before itself."))
        return values


class SessionForm(NamedForm):
    # True if the form corrects a held session. The new date and times must then be in the past, too.
    stays_held = False
    # The fields that changed only on the page that moves the session while this form was open.
    moved_elsewhere: tuple[str, ...] = ()
    # A page with several forms makes them share an instance.
    hosts: MeetingHosts

    presenters = LineListField(label=capfirst(_("presenters")), longest=200)
    time_zone = forms.ChoiceField(
        label=capfirst(_("time zone")), help_text=_("The clock that the times above are read from.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hosts = MeetingHosts()
        if self.instance._state.adding and "state" in self.fields:
            addable = (Session.State.DRAFT, Session.State.PUBLISHED)
            self.fields["state"].choices = [(state.value, state.label) for state in addable]  # type: ignore[attr-defined]
        if "time_zone" in self.fields:
            zones = zone_choices(active_language())
            stored = self.instance.time_zone
            if stored not in dict(zones):
                zones.append((stored, stored))
            self.fields["time_zone"].choices = zones  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Validate that daylight saving skips none of the times. Database constraints validate everything else."""
        values: dict[str, Any] = super().clean() or {}
        if set(self.moved_elsewhere) & set(self.changed_data):
            raise forms.ValidationError(
                _(
                    "Somebody has registered since, so nothing was saved. Change the date, hours or state with “Move "
                    "this session” or “Cancel this session”, which write to them. What you typed is below."
                ),
                code="registered",
            )
        day, zone = values.get("on_date"), values.get("time_zone")
        for name in ("start_time", "end_time"):
            trial = Session(
                on_date=day, start_time=values.get(name), end_time=values.get(name), time_zone=zone or "UTC"
            )
            try:
                trial.derive_moments()
            except WallTimeError as fault:
                self.add_error(name, str(fault))
        self._check_meeting_hosts(values)
        self._check_keeps_a_title(values)
        held_by = values.get("held_by")
        if held_by is not None and held_by > timezone.localdate():
            self.add_error("held_by", _("Write a day that is past: the session was held by then."))
        if self.stays_held and not self.errors:
            self._check_still_held(values)
        return values

    def _check_meeting_hosts(self, values: dict[str, Any]) -> None:
        for name in MEETING_FIELDS:
            given = values.get(name, "")
            try:
                if given and given != getattr(self.instance, name):
                    self.hosts.check(given, field=name)
            except Refusal as refusal:
                self.add_error(name, refusal.sentence)

    def _check_keeps_a_title(self, values: dict[str, Any]) -> None:
        """Add an error if a session that the public can see would lose its only title."""
        names = ("title_en", "title_fr")
        emptied = [name for name in names if getattr(self.instance, name) and not values.get(name, "missing")]
        left = [values.get(name, getattr(self.instance, name)) for name in names]
        state = values.get("state") or self.instance.state
        if emptied and not any(left) and state != Session.State.DRAFT and not self.errors.keys() & set(names):
            self.add_error(emptied[0], _("A published session keeps a title in at least one language."))

    def _check_still_held(self, values: dict[str, Any]) -> None:
        times = {name: values.get(name) for name in ("on_date", "start_time", "end_time", "held_by")}
        corrected = Session(**times, time_zone=values.get("time_zone") or "UTC")
        corrected.derive_moments()
        if not corrected.is_over(timezone.now()):
            self.add_error("on_date", _("This session has been held: choose a day and hours that are past."))


class EnrollmentKeyForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean_text(self) -> str:
        return clean_key(self.cleaned_data["text"], of=self.instance)


def clean_key(text: str, *, of: EnrollmentKey | None = None) -> str:
    """Return the stripped text of a key. Raises ValidationError if it cannot be one, or if another key is like it.

    Case, spaces and hyphens are ignored; O equals 0, and I equals 1. `of` is the key that has this text, if it is
    stored.
    """
    text = text.strip()
    folded = fold_key(text)
    if not folded:
        raise forms.ValidationError(_("A key needs letters or digits."))
    if len(folded) > EnrollmentKey._meta.get_field("folded").max_length:  # type: ignore[operator]
        raise forms.ValidationError(_("This key is too long: ß, for example, counts as two characters."))
    alike = EnrollmentKey.objects.filter(folded=folded)
    if (alike.exclude(pk=of.pk) if of and of.pk else alike).exists():
        raise forms.ValidationError(_("There is a key already that is typed like this one. Choose another."))
    return text


class MaterialForm(NamedForm):
    """The form for the link of a material, on the page of its session. A material with a file has no link."""

    def _get_validation_exclusions(self) -> set[str]:
        """Return the excluded fields without the state, on which a constraint for shown materials depends."""
        return super()._get_validation_exclusions() - {"state"}

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if url and self.instance.pk and MaterialFile.objects.filter(material=self.instance).exists():
            raise forms.ValidationError(_("This material has a file. Leave the address empty."))
        return url


class MaterialFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """The materials of a session.

    Rows are compared with each other here, because Django ignores conditional constraints.
    """

    def clean(self) -> None:
        super().clean()
        seen = set()
        for form in self.forms:
            values = form.cleaned_data
            if not values or values.get("DELETE"):
                continue
            key = tuple(values.get(name) for name in ("kind", "language", "title"))
            if key in seen:
                raise forms.ValidationError(
                    _("This session has a document of this kind, language and title already. Change the title.")
                )
            seen.add(key)


def _reason(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=300,
        required=False,
        help_text=_("Visitors read it beside the document."),
        error_messages={"max_length": _("Shorten the reason.")},
    )


class UploadMaterialForm(FrenchTypography, forms.Form):
    """The form for uploading a file to a session, which may replace another material."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, PPTX, DOCX, TXT or VTT, at most 20 MB. A small file opens faster in a remote community."),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty. Choose another.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.pptx,.docx,.txt,.vtt"}),
    )
    kind = forms.ChoiceField(
        label=_("Kind of document"),
        choices=[(kind.value, kind.label) for kind in Material.Kind if kind not in Material.RECORDINGS],
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language)
    open_to = forms.ChoiceField(label=_("Open to"), choices=Material.OpenTo)
    title = forms.CharField(
        label=_("Title"),
        max_length=300,
        required=False,
        help_text=_("Only if the session has several documents of the same kind."),
    )
    replaces = forms.ModelChoiceField(
        Material.objects.none(), label=_("Replaces"), required=False, empty_label=_("Nothing, it is new")
    )
    note_en = _reason(_("Why it is replaced (English)"))
    note_fr = _reason(_("Why it is replaced (French)"))

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["replaces"].queryset = Material.objects.shown().filter(session=session)  # type: ignore[attr-defined]
        self.fields["open_to"].initial = Material.OpenTo.REGISTRANTS
        self.fields["language"].initial = session.series.language

    def clean_title(self) -> str:
        return one_line(self.cleaned_data["title"])

    def clean_note_en(self) -> str:
        return one_line(self.cleaned_data["note_en"])

    def clean_note_fr(self) -> str:
        return one_line(self.cleaned_data["note_fr"])


class WithdrawMaterialForm(FrenchTypography, forms.Form):
    """The form for the reason, in at least one language. Visitors read the other one if theirs is missing."""

    note_en = _reason(_("Why it is withdrawn (English)"))
    note_fr = _reason(_("Why it is withdrawn (French)"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for name in ("note_en", "note_fr"):
            if name in values:
                try:
                    values[name] = visible(self.fields[name], one_line(values[name]))
                except forms.ValidationError as fault:
                    self.add_error(name, fault)
        if not self.errors and not values["note_en"] and not values["note_fr"]:
            self.add_error("note_en", _("Write why, in one language at least. Visitors read it."))
        return values


class RoleForm(forms.Form):
    """The form for naming a presenter, facilitator or practice coach of a session."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=SessionRole.Role,
        initial=SessionRole.Role.FACILITATOR,
        error_messages={"required": _("Choose a role."), "invalid_choice": _("Choose a role.")},
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        error_messages={"required": _("Write the name."), "max_length": _("This name is too long.")},
    )
    email = AddressField(required_words=_("Write the email address."))

    def clean_name(self) -> str:
        return visible(self.fields["name"], one_line(self.cleaned_data["name"]))

    def clean_email(self) -> str:
        return clean_address(self, "email")
