"""The core: records, exact values, expressions, store, journal and plugin host. It knows no plugin and no
command line.
"""
