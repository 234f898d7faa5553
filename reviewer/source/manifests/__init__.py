"""What a repository says about itself: packages, lock files, TypeScript projects."""

from reviewer.source.manifests.manifests import Manifests, read_manifests
from reviewer.source.manifests.package import Package
from reviewer.source.manifests.versions import Range, Version, admits

__all__ = ["Manifests", "Package", "Range", "Version", "admits", "read_manifests"]
