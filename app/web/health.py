"""`/healthz`: whether the house works, for a monitor; numbers only."""

from flask import Blueprint, Response, jsonify

from app.services.health import check_health
from app.services.house import current_house

health_pages = Blueprint("health", __name__)


@health_pages.get("/healthz")
def healthz() -> tuple[Response, int]:
    """200 when the database answers and the outbox moves, 503 otherwise."""
    health = check_health(current_house().units)
    return jsonify(health.as_dict()), 200 if health.is_healthy else 503
