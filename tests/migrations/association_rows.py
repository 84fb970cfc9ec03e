"""One row in each table of the associations; rooms with tables of their own add theirs here."""

from datetime import UTC, datetime

from app.services.unit_of_work import UnitOfWork
from app.storage.association import Association, Invitation, Membership
from app.storage.association_letter import AssociationLetter, LetterVersion
from app.storage.campaign import Campaign, CampaignCount
from app.storage.journal import JournalEntry
from app.storage.pack_release import PackRelease
from app.storage.staff import Staff, StaffPasskey, StaffSession

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def fill_association(unit: UnitOfWork) -> None:
    """An association, a person in it, a letter, a campaign."""
    staff = Staff(
        email="lea@exemple.fr",
        email_key="9" * 64,
        name="Léa",
        active=True,
        fs_uniquifier="u" * 32,
        fs_webauthn_user_handle="w" * 32,
        created_at=NOW,
    )
    association = Association(
        slug="ales", name="Parents d’Alès", signing_key=b"k" * 32, public_key="a" * 64, created_at=NOW
    )
    unit.session.add_all([staff, association])
    unit.session.flush()
    letter = AssociationLetter(association_id=association.id, slug="cantine", created_at=NOW)
    campaign = Campaign(
        association_id=association.id,
        code="K7M2QP",
        title="É",
        letters=[],
        prefilled={},
        created_at=NOW,
        updated_at=NOW,
    )
    unit.session.add_all([letter, campaign])
    unit.session.flush()
    unit.session.add_all(
        [
            StaffPasskey(
                staff_id=staff.id,
                credential_id=b"c" * 16,
                public_key=b"p" * 16,
                sign_count=0,
                transports="",
                extensions="",
                name="Téléphone",
                usage="first",
                device_type="single_device",
                backup_state=False,
                created_at=NOW,
                used_at=NOW,
            ),
            StaffSession(
                token_hash="b" * 64,
                staff_id=staff.id,
                device="Firefox",
                has_second_factor=True,
                opened_at=NOW,
                seen_at=NOW,
            ),
            Membership(association_id=association.id, staff_id=staff.id, role="editeur", since_at=NOW),
            Invitation(
                association_id=association.id,
                email="zoe@exemple.fr",
                email_key="c" * 64,
                role="relecteur",
                token_hash="d" * 64,
                created_at=NOW,
                expires_at=NOW,
            ),
            JournalEntry(association_id=association.id, at=NOW, kind="connexion", details={"qui": "Léa"}),
            LetterVersion(
                letter_id=letter.id,
                number=1,
                state="redaction",
                source="+++\n+++\n",
                samples={},
                readings={},
                sha256="e" * 64,
                authors=[staff.id],
                created_at=NOW,
                updated_at=NOW,
            ),
            PackRelease(
                association_id=association.id,
                is_own=True,
                pack_id="ales",
                number=1,
                title="É",
                origin="Parents d’Alès",
                public_key="a" * 64,
                manifest="{}",
                signature="f" * 128,
                files={"letters/cantine/letter.md": "é"},
                created_at=NOW,
            ),
            CampaignCount(campaign_id=campaign.id, fact="ouverte", count=1),
        ]
    )
