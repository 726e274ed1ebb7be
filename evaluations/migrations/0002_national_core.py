"""The national core of questions, version 1."""

from django.db import migrations

# code, kind, English, French, Moore level, only in certified sessions
NATIONAL_CORE = [
    (
        "worth-my-time",
        "agree",
        "This session was worth my time.",
        "Cette séance valait le temps que j’y ai consacré.",
        2,
        False,
    ),
    ("relevant", "agree", "It was relevant to my practice.", "Elle était utile dans ma pratique.", 2, False),
    (
        "will-change",
        "agree",
        "I will change something in my practice.",
        "Je vais changer quelque chose dans ma pratique.",
        4,
        False,
    ),
    (
        "objectives-met",
        "agree",
        "The learning objectives were met.",
        "Les objectifs d’apprentissage ont été atteints.",
        3,
        True,
    ),
    (
        "balanced",
        "agree",
        "It was balanced and free of commercial bias.",
        "Elle était équilibrée et sans parti pris commercial.",
        None,
        True,
    ),
    (
        "comment",
        "text",
        "What should we keep, or do otherwise?",
        "Que faut-il garder ou faire autrement?",
        None,
        False,
    ),
]


def write_national_core(apps, schema_editor):
    Question = apps.get_model("evaluations", "Question")
    Question.objects.bulk_create(
        (
            Question(
                code=code,
                kind=kind,
                text_en=english,
                text_fr=french,
                moore_level=moore_level,
                only_certified=only_certified,
                position=position,
            )
            for position, (code, kind, english, french, moore_level, only_certified) in enumerate(NATIONAL_CORE, start=1)
        ),
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0001_initial")]

    operations = [migrations.RunPython(write_national_core, migrations.RunPython.noop)]
