"""People and places of one customer, and what was written about it."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePath
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.domain.customers import BuyingRole, Collaborator, Contact, Site
from app.domain.notes import Attachment, BlobState, Note
from app.domain.organisation import User
from app.persistence.replica import Replica
from app.queries.marks import Mark, marked


@dataclass(frozen=True)
class ContactRow:
    id: UUID
    name: str
    job_title: str | None
    department: str | None
    phone: str | None
    mobile: str | None
    email: str | None
    buying_role: BuyingRole | None
    influence: int | None
    is_primary: bool
    mark: Mark


@dataclass(frozen=True)
class SiteRow:
    id: UUID
    name: str
    city: str | None
    street: str | None
    mark: Mark


@dataclass(frozen=True)
class CollaboratorRow:
    id: UUID
    user_id: UUID
    name: str
    reason: str | None
    mark: Mark


@dataclass(frozen=True)
class NoteRow:
    id: UUID
    body: str
    written_at: datetime
    author_name: str | None
    mark: Mark


@dataclass(frozen=True)
class AttachmentRow:
    """`sha256` names the bytes in the blob store, `thumbnail` those of a photo's small picture; whether they
    are `here`, still on their way, or were here and are `damaged`."""

    id: UUID
    file_name: str
    media_type: str
    size: int
    sha256: str
    taken_at: datetime | None
    blob: BlobState
    thumbnail: str | None
    mark: Mark
    here: bool = False
    damaged: bool = False

    @property
    def is_photo(self) -> bool:
        return self.media_type.startswith("image/")

    @property
    def suffix(self) -> str:
        return PurePath(self.file_name).suffix


def contact_rows(session: Session, customer_id: UUID) -> list[ContactRow]:
    """The main contact first."""
    found = session.execute(
        select(
            Contact.id,
            Contact.name,
            Contact.job_title,
            Contact.department,
            Contact.phone,
            Contact.mobile,
            Contact.email,
            Contact.buying_role,
            Contact.influence,
            Contact.is_primary,
        )
        .where(Contact.customer_id == customer_id)
        .order_by(Contact.is_primary.desc(), Contact.name)
    )
    return marked(session, ContactRow, found.all())


def site_rows(session: Session, customer_id: UUID) -> list[SiteRow]:
    found = session.execute(
        select(Site.id, Site.name, Site.city, Site.street)
        .where(Site.customer_id == customer_id)
        .order_by(Site.name)
    )
    return marked(session, SiteRow, found.all())


def collaborator_rows(session: Session, customer_id: UUID) -> list[CollaboratorRow]:
    found = session.execute(
        select(Collaborator.id, Collaborator.user_id, User.name, Collaborator.reason)
        .join(User, User.id == Collaborator.user_id)
        .where(Collaborator.customer_id == customer_id)
        .order_by(User.name)
    )
    return marked(session, CollaboratorRow, found.all())


def note_rows(session: Session, about: ColumnElement[bool], limit: int = 100) -> list[NoteRow]:
    """Newest first."""
    found = session.execute(
        select(Note.id, Note.body, Note.written_at, User.name)
        .outerjoin(User, User.id == Note.author_id)
        .where(about)
        .order_by(Note.written_at.desc())
        .limit(limit)
    )
    return marked(session, NoteRow, found.all())


def attachment_rows(
    session: Session, replica: Replica, about: ColumnElement[bool], limit: int = 200
) -> list[AttachmentRow]:
    """In the order they were added."""
    found = session.execute(
        select(
            Attachment.id,
            Attachment.file_name,
            Attachment.media_type,
            Attachment.size,
            Attachment.sha256,
            Attachment.taken_at,
            Attachment.blob,
            Attachment.thumbnail,
        )
        .where(about)
        .order_by(Attachment.id)
        .limit(limit)
    )
    rows = marked(session, AttachmentRow, found.all())
    blobs = replica.blobs
    elsewhere = blobs.missing({row.sha256 for row in rows}) if rows else ()
    return [
        replace(row, here=False, damaged=blobs.damaged(row.sha256))
        if row.sha256 in elsewhere
        else replace(row, here=True)
        for row in rows
    ]
