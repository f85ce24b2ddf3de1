"""What is said in a clinic: specialties, services, complaints with their diagnoses and plans."""

from __future__ import annotations

GENERAL, CHILDREN, WOMEN, HEART, SKIN, BONES, TEETH = (
    "General practice",
    "Paediatrics",
    "Gynaecology",
    "Cardiology",
    "Dermatology",
    "Orthopaedics",
    "Dentistry",
)

PRACTITIONERS = (
    ("Dr. Amelia Hart", GENERAL),
    ("Dr. Jonas Weber", GENERAL),
    ("Dr. Priya Raman", CHILDREN),
    ("Dr. Sofia Marchetti", WOMEN),
    ("Dr. Henrik Dahl", HEART),
    ("Dr. Leila Haddad", SKIN),
    ("Dr. Tomasz Nowak", BONES),
    ("Dr. Claire Dubois", TEETH),
)

SERVICES = (
    # name, price, minutes, specialties that offer it (none: all of them), how often against the others
    ("Consultation", 55, 30, (), 10),
    ("Follow-up visit", 35, 15, (), 6),
    ("Annual check-up", 120, 60, (GENERAL,), 3),
    ("Vaccination", 40, 15, (GENERAL, CHILDREN), 4),
    ("Blood tests", 65, 15, (GENERAL, HEART), 4),
    ("Child check-up", 70, 30, (CHILDREN,), 6),
    ("Antenatal visit", 80, 30, (WOMEN,), 5),
    ("Cervical screening", 75, 30, (WOMEN,), 4),
    ("Electrocardiogram", 90, 30, (HEART,), 6),
    ("Echocardiogram", 180, 60, (HEART,), 2),
    ("Skin check", 85, 30, (SKIN,), 6),
    ("Minor surgery", 220, 60, (SKIN, BONES), 1),
    ("Joint injection", 130, 30, (BONES,), 3),
    ("Dental check and cleaning", 95, 30, (TEETH,), 8),
    ("Dental filling", 140, 60, (TEETH,), 4),
)

VISITS = {
    # specialty: (complaint, diagnosis, plan)
    GENERAL: (
        ("Sore throat and fever", "Acute pharyngitis", "Rest, fluids, paracetamol 500 mg as needed"),
        ("Headaches for two weeks", "Tension-type headache", "Ibuprofen 400 mg as needed, posture advice"),
        ("Routine blood pressure check", "Essential hypertension", "Continue amlodipine 5 mg daily"),
        ("Fatigue", "Iron deficiency anaemia", "Ferrous sulfate 200 mg daily, blood count in 8 weeks"),
        (
            "Burning on urination",
            "Lower urinary tract infection",
            "Nitrofurantoin 100 mg twice daily, 5 days",
        ),
        ("Diabetes review", "Type 2 diabetes mellitus", "Metformin 1 g twice daily, HbA1c in 3 months"),
        ("Cough and runny nose", "Common cold", "Fluids, saline rinse; return if fever persists"),
        ("Heartburn after meals", "Gastro-oesophageal reflux", "Omeprazole 20 mg daily, 4 weeks"),
        (
            "Back pain after lifting",
            "Acute low back pain",
            "Stay active, naproxen 500 mg twice daily, 5 days",
        ),
        ("Trouble sleeping", "Insomnia", "Sleep hygiene, review in 4 weeks"),
    ),
    CHILDREN: (
        (
            "Fever and ear pain",
            "Acute otitis media",
            "Paracetamol by weight; amoxicillin if no better in 48 h",
        ),
        ("Cough at night", "Asthma, mild", "Salbutamol inhaler with spacer as needed"),
        ("Rash after new food", "Food allergy, suspected", "Avoid the food, refer for allergy testing"),
        ("Vomiting and diarrhoea", "Viral gastroenteritis", "Oral rehydration solution, light meals"),
        ("Growth review", "Healthy child", "Next review in 6 months"),
    ),
    WOMEN: (
        ("Antenatal visit", "Pregnancy, progressing normally", "Folic acid, next visit in 4 weeks"),
        ("Irregular periods", "Polycystic ovary syndrome", "Ultrasound, lifestyle advice"),
        ("Screening", "Normal cervical smear", "Repeat in 3 years"),
        ("Contraception advice", "Contraceptive counselling", "Combined pill, review in 3 months"),
    ),
    HEART: (
        ("Palpitations", "Paroxysmal atrial fibrillation", "Bisoprolol 2.5 mg daily, Holter monitor"),
        ("Chest tightness on effort", "Stable angina", "Aspirin 75 mg, stress test"),
        ("Swollen ankles", "Chronic heart failure", "Furosemide 40 mg daily, weigh each morning"),
        ("Check after stent", "Coronary artery disease", "Continue clopidogrel and atorvastatin"),
    ),
    SKIN: (
        ("Itchy rash on both arms", "Atopic dermatitis", "Hydrocortisone 1 % twice daily, emollients"),
        ("Changing mole", "Benign naevus", "Photographed; review in 6 months"),
        ("Acne", "Acne vulgaris", "Benzoyl peroxide 5 % gel at night"),
        ("Scaly patches on elbows", "Plaque psoriasis", "Calcipotriol ointment daily"),
    ),
    BONES: (
        ("Knee pain on stairs", "Osteoarthritis of the knee", "Physiotherapy, paracetamol"),
        ("Shoulder pain", "Rotator cuff tendinopathy", "Exercises, injection if no better in 6 weeks"),
        ("Twisted ankle", "Ankle sprain", "Rest, ice, compression, elevation"),
        ("Tingling fingers at night", "Carpal tunnel syndrome", "Night splint, nerve study"),
    ),
    TEETH: (
        ("Toothache", "Dental caries", "Filling"),
        ("Bleeding gums", "Gingivitis", "Scaling, brushing technique shown"),
        ("Routine check", "Healthy teeth", "Next check in 6 months"),
        ("Sensitive tooth", "Dentine hypersensitivity", "Fluoride varnish"),
    ),
}

ALLERGIES = ("Penicillin", "Latex", "Peanuts", "Ibuprofen", "Sulfonamides", "Pollen", "Shellfish")
BLOOD_TYPES = {"O+": 37, "A+": 34, "B+": 10, "AB+": 4, "O-": 6, "A-": 6, "B-": 2, "AB-": 1}
